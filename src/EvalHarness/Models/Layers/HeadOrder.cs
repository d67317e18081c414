namespace Loragate.EvalHarness.Models.Layers;

/// <summary>The order of the rows of a matrix that holds query, key and value.</summary>
internal enum HeadOrder
{
    /// <summary>All query heads, all key heads, all value heads.</summary>
    Stacked,

    /// <summary>Query, key and value of the first head, then of the second …</summary>
    Interleaved,
}
