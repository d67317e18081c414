namespace Loragate.MergeEngine;

/// <summary>How far a merge or unmerge has come.</summary>
/// <param name="Done">Bytes of base weights that are done.</param>
/// <param name="Total">Bytes of base weights.</param>
public readonly record struct MergeProgress(long Done, long Total)
{
    /// <summary>Weight files that an interrupted run had finished, taken over once their bytes were checked.</summary>
    public int Reused { get; init; }
}
