using Loragate.Artifacts.Checkpoints;

namespace Loragate.Tuning.Methods;

/// <summary>What an adapter calls its base: the folder's name, and nothing of this machine.</summary>
internal static class BaseName
{
    public static string Of(Checkpoint checkpoint) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(checkpoint.Folder)));
}
