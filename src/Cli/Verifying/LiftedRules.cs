using Loragate.Governance.Approvals;

namespace Loragate.Cli.Verifying;

/// <summary>Tells which rules waivers lift.</summary>
internal static class LiftedRules
{
    /// <summary>Says of each until when it is lifted, and whether that day is past.</summary>
    public static void Tell(Tool tool, IReadOnlyList<LiftedRule>? lifted)
    {
        foreach (var rule in lifted ?? [])
            tool.Screen.Say($"  {rule.InWords}.");
    }
}
