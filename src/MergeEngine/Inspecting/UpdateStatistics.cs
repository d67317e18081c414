using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>
/// The size of each update. LoRA's without ever forming it: ‖s·B·A‖²_F = s² · tr((BᵀB)(AAᵀ)), from two r×r Gram matrices; where r is larger than a
/// side of B·A, from B·A itself, which is smaller than its factors then. Other kinds are formed row by row, where a base says for which tensors.
/// </summary>
internal static class UpdateStatistics
{
    /// <summary>The largest core whose spectrum is computed: the work grows with its third power, to some seconds here.</summary>
    private const int LargestCore = 1024;

    private const int RowsAtOnce = 16;
    private const int MostValues = 1 << 24;

    public static IReadOnlyList<ModuleStatistics> Of(PeftAdapter adapter, Coverage coverage, BaseTensors? baseTensors, CancellationToken cancellationToken)
    {
        var result = new List<ModuleStatistics>();
        foreach (var module in coverage.Modules)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (FactorsOf(module, adapter.Config) is { } pair && TryRead(adapter, pair.A, out var a) && TryRead(adapter, pair.B, out var b))
                result.Add(LowRank(module, (int)pair.A.Shape[0], a, b, coverage, adapter.Config, baseTensors, cancellationToken));
        }
        foreach (var deltas in coverage.Deltas.Where(d => d is not (LoraDelta or DoraDelta or EmbeddingDelta or LoraBiasDelta)).GroupBy(d => d.Module, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Formed(adapter, [.. deltas], baseTensors!, cancellationToken) is { } statistics)
                result.Add(statistics);
        }
        return [.. result.OrderBy(m => m.Module, StringComparer.Ordinal)];
    }

    private static (TensorInfo A, TensorInfo B)? FactorsOf(AdapterModule module, AdapterConfig config)
    {
        var (a, b) = module.HasAny(AdapterPart.LoraA) ? (module[AdapterPart.LoraA], module[AdapterPart.LoraB]) : (module[AdapterPart.EmbeddingA], module[AdapterPart.EmbeddingB]);
        return a is not null && b is not null && FusedParameters.Of(module.Path, config) is null && a.Shape.Count >= 2 && b.Shape.Count >= 2
            && a.Shape[0] == b.Shape[1] && a.Shape[0] == config.RankOf(module.Path) && b.Shape.Skip(2).All(k => k == 1) ? (a, b) : null;
    }

    private static ModuleStatistics LowRank(AdapterModule module, int rank, double[] a, double[] b, Coverage coverage, AdapterConfig config, BaseTensors? baseTensors, CancellationToken cancellationToken)
    {
        var scale = config.ScaleOf(module.Path);
        var (norm, spectrum) = rank <= Math.Min(a.Length, b.Length) / rank ? FromFactors(a, b, rank, cancellationToken) : FromProduct(a, b, rank, cancellationToken);
        norm *= Math.Abs(scale);
        var target = coverage.Deltas.FirstOrDefault(d => d.Module == module.Path && d is LoraDelta or DoraDelta or EmbeddingDelta)?.Target.Name;
        var baseNorm = target is not null && baseTensors is not null ? baseTensors.NormOf(target, cancellationToken) : (double?)null;
        return new ModuleStatistics(module.Path, rank, scale, norm, baseNorm is > 0 ? norm / baseNorm : null)
        {
            SpectralNorm = Math.Abs(scale) * spectrum?.SpectralNorm,
            EffectiveRank = spectrum is { EffectiveRank: > 0 and var effective } ? effective : null,
        };
    }

    private static (double Norm, (double SpectralNorm, double EffectiveRank)? Spectrum) FromFactors(double[] a, double[] b, int rank, CancellationToken cancellationToken)
    {
        var (left, right) = (GramOfColumns(b, rank, cancellationToken), GramOfRows(a, rank, cancellationToken));
        return (Math.Sqrt(Math.Max(0, TraceOfProduct(left, right))), rank <= LargestCore ? CoreSpectrum.Of(left, right, rank, cancellationToken) : null);
    }

    /// <summary>From X = B·A, out × in with a side below r.</summary>
    private static (double Norm, (double SpectralNorm, double EffectiveRank)? Spectrum) FromProduct(double[] a, double[] b, int rank, CancellationToken cancellationToken)
    {
        var (outputs, inputs) = (b.Length / rank, a.Length / rank);
        var factors = LowRankFactors.Of(b, a, rank, 1);
        var product = new double[outputs * inputs];
        for (var row = 0; row < outputs; row += RowAccumulator.RowsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = Math.Min(RowAccumulator.RowsAtOnce, outputs - row);
            RowAccumulator.Fill(factors, row, rows, product.AsSpan(row * inputs, rows * inputs));
        }
        var norm = Math.Sqrt(Dot(product, product));
        var core = Math.Min(outputs, inputs);
        if (core > LargestCore)
            return (norm, null);
        return (norm, CoreSpectrum.Of(outputs <= inputs ? GramOfRows(product, core, cancellationToken) : GramOfColumns(product, core, cancellationToken), core, cancellationToken));
    }

    private static ModuleStatistics? Formed(PeftAdapter adapter, IReadOnlyList<Delta> deltas, BaseTensors baseTensors, CancellationToken cancellationToken)
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
            update += SquareSum(source, delta.View, cancellationToken);
            var norm = baseTensors.NormOf(delta.Target.Name, cancellationToken);
            weights += norm * norm;
        }
        return any ? new ModuleStatistics(deltas[0].Module, deltas[0].Rank, deltas[0].Scale, Math.Sqrt(update), weights > 0 ? Math.Sqrt(update / weights) : null) : null;
    }

    private static double SquareSum(UpdateSource source, MatrixView view, CancellationToken cancellationToken)
    {
        var rows = Math.Clamp(MostValues / Math.Max(1, view.Columns), 1, RowsAtOnce);
        var block = new double[rows * view.Columns];
        var sum = 0.0;
        for (var row = 0; row < view.Rows; row += rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var part = block.AsSpan(0, Math.Min(rows, view.Rows - row) * view.Columns);
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
    private static double[] GramOfRows(double[] matrix, int rank, CancellationToken cancellationToken)
    {
        var columns = matrix.Length / rank;
        var gram = new double[rank * rank];
        for (var i = 0; i < rank; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var j = 0; j <= i; j++)
                gram[i * rank + j] = gram[j * rank + i] = Dot(matrix.AsSpan(i * columns, columns), matrix.AsSpan(j * columns, columns));
        }
        return gram;
    }

    /// <summary>BᵀB of a row-major (out, r) matrix.</summary>
    private static double[] GramOfColumns(double[] matrix, int rank, CancellationToken cancellationToken)
    {
        var gram = new double[rank * rank];
        for (var row = 0; row < matrix.Length; row += rank)
        {
            cancellationToken.ThrowIfCancellationRequested();
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
