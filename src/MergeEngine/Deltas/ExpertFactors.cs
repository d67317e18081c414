using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Deltas;

/// <summary>The factors of a fused parameter of experts, and where one expert's lie.</summary>
/// <param name="A">A, (experts·r, in).</param>
/// <param name="B">B, (out, r·experts).</param>
/// <param name="Experts">Number of experts.</param>
/// <param name="Rank">r.</param>
/// <param name="Scale">s.</param>
/// <param name="Layout">How B lies.</param>
/// <param name="IsTransposed">Whether the stored tensors are (in, out) of the factors, as PEFT before 0.19 saw (experts, out, in).</param>
public sealed record ExpertFactors(TensorInfo A, TensorInfo B, int Experts, int Rank, double Scale, ExpertLayout Layout, bool IsTransposed)
{
    private const int RowsAtOnce = 64;

    /// <summary>Whether the layout makes a difference: with one expert or rank 1 there is only one.</summary>
    public bool HasLayout => Experts > 1 && Rank > 1;

    private readonly WeakReference<double[]?> _byExpert = new(null);

    /// <summary>Rows [firstRow, firstRow + rows) of one expert's update.</summary>
    internal LowRankUpdate Read(FactorReader reader, int expert, int firstRow, int rows, double weight)
    {
        var inputs = (int)A.Shape[1];
        var a = new double[Rank * inputs];
        reader.Read(A, (long)expert * Rank * inputs, a);
        if (!IsTransposed)
            return new LowRankUpdate(LowRankFactors.Of(ReadB(reader, expert, firstRow, rows), a, Rank, weight * Scale));
        var right = LowRankFactors.Of(ReadB(reader, expert, 0, (int)B.Shape[0]), a, Rank, weight * Scale).Transpose();
        return new LowRankUpdate(right.Rows(firstRow, rows));
    }

    /// <summary>One expert's columns of rows of B, (rows × r).</summary>
    private double[] ReadB(FactorReader reader, int expert, int firstRow, int rows) =>
        ByExpert(reader).AsSpan((int)((expert * B.Shape[0] + firstRow) * Rank), rows * Rank).ToArray();

    /// <summary>B as (experts, out, r), read once for all of them: an expert's columns lie among the others', so each would read all. Kept as long as memory is not needed.</summary>
    private double[] ByExpert(FactorReader reader)
    {
        if (_byExpert.TryGetTarget(out var known))
            return known;
        var (rows, width) = ((int)B.Shape[0], Rank * Experts);
        var block = new double[Math.Min(RowsAtOnce, rows) * width];
        var result = new double[checked(rows * width)];
        for (var row = 0; row < rows; row += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, rows - row);
            reader.Read(B, (long)row * width, block.AsSpan(0, count * width));
            for (var i = 0; i < count; i++)
                Sort(block.AsSpan(i * width, width), row + i, result);
        }
        _byExpert.SetTarget(result);
        return result;
    }

    private void Sort(ReadOnlySpan<double> columns, int row, double[] byExpert)
    {
        var rows = (int)B.Shape[0];
        for (var expert = 0; expert < Experts; expert++)
        {
            for (var k = 0; k < Rank; k++)
                byExpert[(expert * rows + row) * Rank + k] = columns[Layout == ExpertLayout.ExpertFastest ? k * Experts + expert : expert * Rank + k];
        }
    }
}
