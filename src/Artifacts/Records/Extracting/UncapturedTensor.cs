namespace Loragate.Artifacts.Records.Extracting;

/// <summary>A tensor that changed and that no low-rank update holds.</summary>
/// <param name="Name">The tensor's name in the checkpoints.</param>
/// <param name="Reason">Why not.</param>
/// <param name="UpdateNorm">‖ΔW‖_F; null where the type has no arithmetic here.</param>
/// <param name="Saved">Whether the adapter replaces its module whole (modules_to_save).</param>
public sealed record UncapturedTensor(string Name, string Reason, double? UpdateNorm, bool Saved);
