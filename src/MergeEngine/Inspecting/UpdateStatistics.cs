using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>
/// The size of each update without ever forming it: ‖s·B·A‖²_F = s² · tr((BᵀB)(AAᵀ)), from two r×r Gram matrices.
/// </summary>
internal static class UpdateStatistics
{
    public static IReadOnlyList<ModuleStatistics> Of(PeftAdapter adapter, Coverage coverage, CancellationToken cancellationToken)
    {
        var targets = coverage.Targets.ToDictionary(t => t.Module, StringComparer.Ordinal);
        var result = new List<ModuleStatistics>();
        foreach (var module in coverage.Modules.Where(m => IsComplete(m, adapter.Config)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!TryRead(adapter, module.A!, out var a) || !TryRead(adapter, module.B!, out var b))
                continue;
            var rank = (int)module.A!.Shape[0];
            var scale = adapter.Config.ScaleOf(module.Path);
            var norm = Math.Abs(scale) * Math.Sqrt(Math.Max(0, TraceOfProduct(GramOfColumns(b, rank), GramOfRows(a, rank))));
            var baseNorm = targets.TryGetValue(module.Path, out var target) ? Norm(target) : (double?)null;
            result.Add(new ModuleStatistics(module.Path, rank, scale, norm, baseNorm is > 0 ? norm / baseNorm : null));
        }
        return result;
    }

    private static bool IsComplete(AdapterModule module, AdapterConfig config) =>
        module is { A: { Shape.Count: 2 } a, B: { Shape.Count: 2 } b } && a.Shape[0] == b.Shape[1] && a.Shape[0] == config.RankOf(module.Path)
        && a.DType.IsMergeable && b.DType.IsMergeable;

    private static bool TryRead(PeftAdapter adapter, TensorInfo tensor, out double[] values)
    {
        try
        {
            values = FactorReader.ReadDoubles(adapter.Weights, tensor);
            return true;
        }
        catch (NonFiniteException)
        {
            values = [];
            return false;
        }
    }

    /// <summary>AAᵀ of a row-major (r, in) matrix.</summary>
    private static double[] GramOfRows(double[] matrix, int rank)
    {
        var columns = matrix.Length / rank;
        var gram = new double[rank * rank];
        for (var i = 0; i < rank; i++)
        {
            for (var j = 0; j <= i; j++)
                gram[i * rank + j] = gram[j * rank + i] = Dot(matrix.AsSpan(i * columns, columns), matrix.AsSpan(j * columns, columns));
        }
        return gram;
    }

    /// <summary>BᵀB of a row-major (out, r) matrix.</summary>
    private static double[] GramOfColumns(double[] matrix, int rank)
    {
        var gram = new double[rank * rank];
        for (var row = 0; row < matrix.Length; row += rank)
        {
            for (var i = 0; i < rank; i++)
            {
                for (var j = 0; j < rank; j++)
                    gram[i * rank + j] += matrix[row + i] * matrix[row + j];
            }
        }
        return gram;
    }

    /// <summary>tr(XY) of two symmetric matrices: Σ X∘Y.</summary>
    private static double TraceOfProduct(double[] x, double[] y) => Dot(x, y);

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    /// <summary>‖W‖_F of a module's base tensor.</summary>
    public static double Norm(ModuleTarget target)
    {
        var kernel = TensorKernel.For(target.Tensor.Info.DType, target.Tensor.Info.DType);
        var rowBytes = (int)target.Tensor.Info.Shape[1] * target.Tensor.Info.DType.Bits / 8;
        var row = new byte[rowBytes];
        var sum = 0.0;
        for (var offset = 0L; offset < target.Tensor.Info.Length; offset += rowBytes)
        {
            target.Tensor.Read(offset, row);
            var norm = kernel.Norm(row, [], 1);
            sum += norm * norm;
        }
        return Math.Sqrt(sum);
    }
}
