namespace Loragate.MergeEngine.Layouts;

/// <summary>What a caller says of an adapter and its base, where no file shows it; receipts repeat it.</summary>
/// <param name="ExpertLayout">How the factors of experts lie in the adapter's file.</param>
/// <param name="IsOnResidualBase">Whether the base is the one that the adapter's initialisation left, and so the one that it was trained on.</param>
/// <param name="IsRecorded">Whether this is what a receipt says of a merge that was made, whatever the adapter's file says of itself.</param>
public sealed record Declared(ExpertLayout? ExpertLayout = null, bool IsOnResidualBase = false, bool IsRecorded = false);
