using Loragate.Governance.Publication;

namespace Loragate.Cli.Verifying;

/// <summary>Tells what holds of a release by exception only.</summary>
internal static class Exceptions
{
    /// <summary>Says of each rule that a waiver lifts until when it does, and whether that day is past.</summary>
    /// <param name="tool">Where to say it, and the day.</param>
    /// <param name="release">The folder of a release that was verified.</param>
    public static void Tell(Tool tool, string release)
    {
        foreach (var rule in ReleaseVerifier.Lifted(release, tool.Today))
            tool.Screen.Say($"  {rule.InWords}.");
    }
}
