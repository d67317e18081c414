using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>
/// The size of each update. LoRA's without ever forming it: ‖s·B·A‖²_F = s² · tr((BᵀB)(AAᵀ)), from two r×r Gram matrices. Other kinds are
/// formed row by row, where a base says for which tensors.
/// </summary>
internal static class UpdateStatistics
{
    private const int RowsAtOnce = 16;

    public static IReadOnlyList<ModuleStatistics> Of(PeftAdapter adapter, Coverage coverage, Checkpoint? baseModel, CancellationToken cancellationToken)
    {
        var result = new List<ModuleStatistics>();
        foreach (var module in coverage.Modules)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (FactorsOf(module, adapter.Config) is { } pair && TryRead(adapter, pair.A, out var a) && TryRead(adapter, pair.B, out var b))
                result.Add(Gram(module, pair, a, b, coverage, adapter.Config, baseModel));
        }
        foreach (var deltas in coverage.Deltas.Where(d => d is not (LoraDelta or DoraDelta or EmbeddingDelta or LoraBiasDelta)).GroupBy(d => d.Module, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Formed(adapter, [.. deltas], baseModel!, cancellationToken) is { } statistics)
                result.Add(statistics);
        }
        return [.. result.OrderBy(m => m.Module, StringComparer.Ordinal)];
    }

    /// <summary>‖W‖_F of a tensor.</summary>
    public static double Norm(CheckpointTensor tensor)
    {
        var kernel = TensorKernel.For(tensor.Info.DType, tensor.Info.DType);
        var view = MatrixView.OfFirst(tensor.Info.Shape);
        var row = new byte[view.Columns * tensor.Info.DType.Bits / 8];
        var sum = 0.0;
        for (var i = 0; i < view.Rows; i++)
        {
            tensor.Read((long)i * row.Length, row);
            var norm = kernel.Norm(row, new RowTerms([], 1));
            sum += norm * norm;
        }
        return Math.Sqrt(sum);
    }

    private static (TensorInfo A, TensorInfo B)? FactorsOf(AdapterModule module, AdapterConfig config)
    {
        var (a, b) = module.HasAny(AdapterPart.LoraA) ? (module[AdapterPart.LoraA], module[AdapterPart.LoraB]) : (module[AdapterPart.EmbeddingA], module[AdapterPart.EmbeddingB]);
        return a is not null && b is not null && FusedParameters.Of(module.Path, config) is null && a.Shape.Count >= 2 && b.Shape.Count >= 2
            && a.Shape[0] == b.Shape[1] && a.Shape[0] == config.RankOf(module.Path) && b.Shape.Skip(2).All(k => k == 1) ? (a, b) : null;
    }

    private static ModuleStatistics Gram(AdapterModule module, (TensorInfo A, TensorInfo B) pair, double[] a, double[] b, Coverage coverage, AdapterConfig config, Checkpoint? baseModel)
    {
        var (rank, scale) = ((int)pair.A.Shape[0], config.ScaleOf(module.Path));
        var (left, right) = (GramOfColumns(b, rank), GramOfRows(a, rank));
        var norm = Math.Abs(scale) * Math.Sqrt(Math.Max(0, TraceOfProduct(left, right)));
        var (spectral, effective) = CoreSpectrum.Of(left, right, rank);
        var target = coverage.Deltas.FirstOrDefault(d => d.Module == module.Path && d is LoraDelta or DoraDelta or EmbeddingDelta)?.Target.Name;
        var baseNorm = target is not null && baseModel is not null && baseModel.Tensors.TryGetValue(target, out var tensor) ? Norm(tensor) : (double?)null;
        return new ModuleStatistics(module.Path, rank, scale, norm, baseNorm is > 0 ? norm / baseNorm : null)
        {
            SpectralNorm = Math.Abs(scale) * spectral,
            EffectiveRank = effective > 0 ? effective : null,
        };
    }

    private static ModuleStatistics? Formed(PeftAdapter adapter, IReadOnlyList<Delta> deltas, Checkpoint baseModel, CancellationToken cancellationToken)
    {
        var (update, weights) = (0.0, 0.0);
        var any = false;
        foreach (var delta in deltas)
        {
            cancellationToken.ThrowIfCancellationRequested();
            UpdateSource? source;
            try
            {
                source = delta.ReadUpdate(new FactorReader(adapter.Weights), 1);
            }
            catch (NonFiniteException)
            {
                return null;
            }
            if (source is null)
                continue;
            any = true;
            update += SquareSum(source, delta.View);
            var norm = Norm(baseModel.Tensor(delta.Target.Name));
            weights += norm * norm;
        }
        return any ? new ModuleStatistics(deltas[0].Module, deltas[0].Rank, deltas[0].Scale, Math.Sqrt(update), weights > 0 ? Math.Sqrt(update / weights) : null) : null;
    }

    private static double SquareSum(UpdateSource source, MatrixView view)
    {
        var block = new double[RowsAtOnce * view.Columns];
        var sum = 0.0;
        for (var row = 0; row < view.Rows; row += RowsAtOnce)
        {
            var part = block.AsSpan(0, Math.Min(RowsAtOnce, view.Rows - row) * view.Columns);
            source.Fill(row, part.Length / view.Columns, part);
            sum += Dot(part, part);
        }
        return sum;
    }

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
}
