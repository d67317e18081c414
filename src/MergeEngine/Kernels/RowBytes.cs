using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>Elements of a row by column.</summary>
internal static class RowBytes
{
    /// <summary>Sixteen elements from a column on.</summary>
    public static Vector512<uint> Load<T>(ReadOnlySpan<byte> row, int column)
        where T : struct, IWeightFormat => T.Load(in row[column * T.Bytes]);

    /// <summary>One element.</summary>
    public static uint LoadOne<T>(ReadOnlySpan<byte> row, int column)
        where T : struct, IWeightFormat => T.LoadOne(in row[column * T.Bytes]);
}
