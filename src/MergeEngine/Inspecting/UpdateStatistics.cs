using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>The size of each update. LoRA's without ever forming it (<see cref="ProductStatistics"/>); other kinds are formed row by row, where a base says for which tensors.</summary>
internal static class UpdateStatistics
{
    /// <summary>‖B‖·‖A‖/‖B·A‖ above which float32 arithmetic loses half of its 24 digits or more.</summary>
    private const double Cancelling = 1 << 12;

    private const int RowsAtOnce = 16;
    private const int MostValues = 1 << 24;

    public static IReadOnlyList<ModuleStatistics> Of(PeftAdapter adapter, Coverage coverage, BaseTensors? baseTensors, CancellationToken cancellationToken)
    {
        var result = new List<ModuleStatistics>();
        foreach (var module in coverage.Modules)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (FactorsOf(module, adapter.Config) is { } pair && TryRead(adapter, pair.A, out var a) && TryRead(adapter, pair.B, out var b))
                result.Add(LowRank(pair.Path, (int)pair.A.Shape[0], a, b, coverage, adapter.Config, baseTensors, cancellationToken));
        }
        foreach (var deltas in coverage.Deltas.Where(d => d is not (LoraDelta or DoraDelta or EmbeddingDelta or LoraBiasDelta)).GroupBy(d => d.Module, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Formed(adapter, [.. deltas], baseTensors!, cancellationToken) is { } statistics)
                result.Add(statistics);
        }
        return [.. result.OrderBy(m => m.Module, StringComparer.Ordinal)];
    }

    /// <summary>The factors of a linear layer, a convolution or an embedding, and the path of the module that they change: a parameter named "weight" is its module's.</summary>
    private static (string Path, TensorInfo A, TensorInfo B)? FactorsOf(AdapterModule module, AdapterConfig config)
    {
        var (a, b) = module.HasAny(AdapterPart.LoraA) ? (module[AdapterPart.LoraA], module[AdapterPart.LoraB]) : (module[AdapterPart.EmbeddingA], module[AdapterPart.EmbeddingB]);
        var fused = FusedParameters.Of(module.Path, config);
        var path = fused?.Module ?? module.Path;
        return a is not null && b is not null && fused?.Parameter is null or FusedParameters.Weight && a.Shape.Count >= 2 && b.Shape.Count >= 2
            && a.Shape[0] == b.Shape[1] && a.Shape[0] == config.RankOf(path) && b.Shape.Skip(2).All(k => k == 1) ? (path, a, b) : null;
    }

    private static ModuleStatistics LowRank(string module, int rank, double[] a, double[] b, Coverage coverage, AdapterConfig config, BaseTensors? baseTensors, CancellationToken cancellationToken)
    {
        var scale = config.ScaleOf(module);
        var product = ProductStatistics.Of(b, a, rank, cancellationToken);
        var norm = Math.Abs(scale) * product.Norm;
        var target = coverage.Deltas.FirstOrDefault(d => d.Module == module && d is LoraDelta or DoraDelta or EmbeddingDelta)?.Target.Name;
        var baseNorm = target is not null && baseTensors is not null ? baseTensors.NormOf(target, cancellationToken) : (double?)null;
        return new ModuleStatistics(module, rank, scale, norm, baseNorm is > 0 ? norm / baseNorm : null)
        {
            SpectralNorm = Math.Abs(scale) * product.SpectralNorm,
            EffectiveRank = product.EffectiveRank,
            Cancellation = product.Cancellation > Cancelling ? product.Cancellation : null,
        };
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
            if (source is null && delta is not AdaloraDelta)
                continue;
            any = true;
            update += source is null ? 0 : SquareSum(source, delta.View, cancellationToken);
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

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }
}
