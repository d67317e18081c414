using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Combining;

/// <summary>The factors of one module in an adapter file; shapes and rank agree.</summary>
/// <param name="A">A, (r, in).</param>
/// <param name="B">B, (out, r).</param>
/// <param name="Scale">s.</param>
internal sealed record FactorPair(TensorInfo A, TensorInfo B, double Scale)
{
    public int Rank => (int)A.Shape[0];

    public int Rows => (int)B.Shape[0];

    public int Columns => (int)A.Shape[1];
}
