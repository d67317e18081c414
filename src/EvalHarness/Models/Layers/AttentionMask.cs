using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>Masks to add to attention scores: 0 where the row's token sees the column's, −∞ elsewhere. The last row sees the last column.</summary>
internal static class AttentionMask
{
    private static readonly Scalar Unseen = double.NegativeInfinity.ToScalar();

    /// <summary>(rows, columns): each token sees itself and all before it.</summary>
    public static Tensor Causal(long rows, long columns, ScalarType type, Device device) =>
        full([rows, columns], Unseen, dtype: type, device: device).triu(columns - rows + 1);

    /// <summary>(rows, columns): each token sees itself and the window − 1 before it.</summary>
    public static Tensor Band(long rows, long columns, int window, ScalarType type, Device device) =>
        Causal(rows, columns, type, device).Plus(full([rows, columns], Unseen, dtype: type, device: device).tril(columns - rows - window));
}
