using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Algebra;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>
/// The size of each update. LoRA's without a base and without ever forming it (<see cref="ProductStatistics"/>); other kinds where a base says for which tensors:
/// what has factors from these, what has none or does more than add (DoRA) by a walk over the base (<see cref="ChangeWalk"/>).
/// </summary>
internal sealed class UpdateStatistics
{
    /// <summary>‖B‖·‖A‖/‖B·A‖ above which float32 arithmetic loses half of its 24 digits or more.</summary>
    private const double Cancelling = 1 << 12;

    private const int RowsAtOnce = 16;
    private const int MostValues = 1 << 24;

    private readonly PeftAdapter _adapter;
    private readonly Coverage _coverage;
    private readonly BaseTensors? _baseTensors;
    private readonly FactorReader _reader;
    private readonly CancellationToken _cancellationToken;
    private readonly List<MeasuredUpdate> _measured = [];
    private readonly List<(string Tensor, NonFiniteException Reason)> _failures = [];

    private UpdateStatistics(PeftAdapter adapter, Coverage coverage, BaseTensors? baseTensors, CancellationToken cancellationToken) =>
        (_adapter, _coverage, _baseTensors, _reader, _cancellationToken) = (adapter, coverage, baseTensors, new FactorReader(adapter.Weights), cancellationToken);

    /// <summary>What can be measured, by name; factors that are not finite are findings of their own.</summary>
    public IReadOnlyList<MeasuredUpdate> Measured => [.. _measured.OrderBy(m => m.Statistics.Module, StringComparer.Ordinal)];

    /// <summary>Tensors of which finite factors make no finite weights, and why: the base's that are not finite themselves, and what a change makes of others.</summary>
    public IReadOnlyList<(string Tensor, NonFiniteException Reason)> Failures => _failures;

    /// <summary>Measures an adapter.</summary>
    public static UpdateStatistics Of(PeftAdapter adapter, Coverage coverage, BaseTensors? baseTensors, CancellationToken cancellationToken)
    {
        var statistics = new UpdateStatistics(adapter, coverage, baseTensors, cancellationToken);
        statistics.Measure();
        return statistics;
    }

    private void Measure()
    {
        var loras = _coverage.Deltas.Where(d => d is LoraDelta or DoraDelta or EmbeddingDelta).ToLookup(d => d.Module, StringComparer.Ordinal);
        foreach (var module in _coverage.Modules)
        {
            if (FactorsOf(module) is { } pair)
                Add([.. loras[pair.Path]], () => OfLora(pair.Path, pair.A, pair.B, loras[pair.Path].FirstOrDefault()));
        }
        foreach (var delta in _coverage.Deltas.Where(d => d is not (LoraDelta or DoraDelta or EmbeddingDelta or ExpertsDelta)))
            Add([delta], () => OfDelta(delta));
        foreach (var experts in _coverage.Deltas.OfType<ExpertsDelta>().GroupBy(d => d.Factors))
            AddExperts(experts.Key, [.. experts]);
    }

    private void Add(IReadOnlyList<Delta> deltas, Func<ModuleStatistics?> measure)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        try
        {
            if (measure() is { } statistics)
                _measured.Add(new MeasuredUpdate(statistics, deltas));
        }
        catch (NonFiniteException)
        {
            // Factors that are not finite are findings of their own.
        }
    }

    /// <summary>The factors of a linear layer, a convolution or an embedding, and the path of the module that they change: a parameter named "weight" is its module's.</summary>
    private (string Path, TensorInfo A, TensorInfo B)? FactorsOf(AdapterModule module)
    {
        var (a, b) = module.HasAny(AdapterPart.LoraA) ? (module[AdapterPart.LoraA], module[AdapterPart.LoraB]) : (module[AdapterPart.EmbeddingA], module[AdapterPart.EmbeddingB]);
        var fused = FusedParameters.Of(module.Path, _adapter.Config);
        var path = fused?.Module ?? module.Path;
        return a is not null && b is not null && fused?.Parameter is null or FusedParameters.Weight && a.Shape.Count >= 2 && b.Shape.Count >= 2
            && a.Shape[0] == b.Shape[1] && a.Shape[0] == _adapter.Config.RankOf(path) && b.Shape.Skip(2).All(k => k == 1) ? (path, a, b) : null;
    }

    private ModuleStatistics OfLora(string module, TensorInfo a, TensorInfo b, Delta? delta)
    {
        var (rank, scale) = ((int)a.Shape[0], _adapter.Config.ScaleOf(module));
        var product = ProductStatistics.Of(_reader.Read(b), _reader.Read(a), rank, _cancellationToken).Times(scale);
        if (delta is not DoraDelta)
            return Of(module, rank, scale, product, delta is null ? null : BaseNormOf(delta));
        return Walk(delta) is (var change, var baseNorm) ? Of(module, rank, scale, product with { Norm = change }, baseNorm) : Of(module, rank, scale, product, null);
    }

    private ModuleStatistics? OfDelta(Delta delta)
    {
        var source = delta.ReadUpdate(_reader, 1);
        if (source is null && delta is not AdaloraDelta)
            return Walk(delta) is (var change, var baseNorm) ? Of(NameOf(delta), delta.Rank, delta.Scale, new ProductStatistics(change, null, null, null), baseNorm) : null;
        var product = source switch
        {
            null => ProductStatistics.Zero,
            LowRankUpdate { Factors: var factors } => Of(factors),
            KroneckerUpdate factors => OfKronecker(factors),
            _ => new ProductStatistics(Math.Sqrt(SquareSum(source, delta.View)), null, null, null),
        };
        return Of(NameOf(delta), delta.Rank, delta.Scale, product, BaseNormOf(delta));
    }

    /// <summary>One expert after the other, since each has a core of its own.</summary>
    private void AddExperts(ExpertFactors factors, IReadOnlyList<ExpertsDelta> deltas)
    {
        var parameter = FusedParameters.Of(_coverage.Modules.First(m => m[AdapterPart.LoraA] == factors.A).Path, _adapter.Config)!.Value.Parameter;
        var rows = (int)(factors.IsTransposed ? factors.A.Shape[1] : factors.B.Shape[0]);
        var squares = BaseSquares(factors.Experts, deltas);
        for (var expert = 0; expert < factors.Experts; expert++)
        {
            var number = expert;
            Add([.. deltas.Where(d => d.Expert is not { } one || one == number)], () =>
                Of(FormattableString.Invariant($"{deltas[0].Module}.{number}.{parameter}"), factors.Rank, factors.Scale, Of(factors.Read(_reader, number, 0, rows, 1).Factors), Math.Sqrt(squares[number])));
        }
    }

    /// <summary>‖W‖² of each expert.</summary>
    private double[] BaseSquares(int experts, IReadOnlyList<ExpertsDelta> deltas)
    {
        var squares = new double[experts];
        foreach (var delta in deltas)
        {
            var each = delta.View.Rows / (delta.Expert is null ? experts : 1);
            var sum = 0.0;
            foreach (var (row, norm) in BaseTensors.RowNorms(_baseTensors!.Of(delta.Target.Name), delta.View, _cancellationToken).Index())
            {
                squares[delta.Expert ?? row / each] += norm * norm;
                sum += norm;
            }
            CheckBase(delta, sum);
        }
        return squares;
    }

    private static ModuleStatistics Of(string name, int rank, double scale, ProductStatistics product, double? baseNorm) =>
        new(name, rank, scale, product.Norm, baseNorm is > 0 and < double.PositiveInfinity ? product.Norm / baseNorm : null)
        {
            SpectralNorm = product.SpectralNorm,
            EffectiveRank = product.EffectiveRank,
            Cancellation = product.Cancellation > Cancelling ? product.Cancellation : null,
        };

    private ProductStatistics Of(LowRankFactors factors) => ProductStatistics.Of(factors.RowFactor, factors.ColumnFactor, factors.Rank, _cancellationToken).Times(factors.Scale);

    private ProductStatistics OfKronecker(KroneckerUpdate update)
    {
        var first = ProductStatistics.Of(new Matrix(update.First.Length / update.FirstColumns, update.FirstColumns, update.First), _cancellationToken);
        var second = ProductStatistics.Of(new Matrix(update.SecondRows, update.Second.Length / update.SecondRows, update.Second), _cancellationToken);
        return first.Kronecker(second).Times(update.Scale);
    }

    /// <summary>A module's name for its weight; another parameter is named behind it.</summary>
    private static string NameOf(Delta delta)
    {
        var parameter = delta.Target.Name[(delta.Target.Name.LastIndexOf('.') + 1)..];
        return parameter == FusedParameters.Weight ? delta.Module : $"{delta.Module}.{parameter}";
    }

    private double BaseNormOf(Delta delta)
    {
        var norm = _baseTensors!.NormOf(delta.Target.Name, _cancellationToken);
        CheckBase(delta, norm);
        return norm;
    }

    /// <summary>Whether a base tensor is finite, after noting where it is not; its norm shows it, since no square of a float32 overflows a double.</summary>
    private bool CheckBase(Delta delta, double norm)
    {
        var tensor = _baseTensors!.Of(delta.Target.Name);
        if (double.IsFinite(norm) || BaseTensors.Fault(tensor, _cancellationToken) is not { } fault)
            return true;
        _failures.Add((tensor.Name, fault));
        return false;
    }

    /// <summary>The sizes of a change and of its base; null where there are none, after noting why unless a factor is to blame.</summary>
    private (double Change, double Base)? Walk(Delta delta)
    {
        var tensor = _baseTensors!.Of(delta.Target.Name);
        try
        {
            var sizes = ChangeWalk.Of(delta, _adapter, tensor, _cancellationToken);
            return CheckBase(delta, sizes.Base) ? sizes : null;
        }
        catch (NonFiniteException e)
        {
            if (delta.Consumes.All(factor => UpdateRules.Fault(_adapter, factor, _cancellationToken) is null))
                _failures.Add(BaseTensors.Fault(tensor, _cancellationToken) is { } fault ? (tensor.Name, fault) : (delta.Target.Name, e));
            return null;
        }
    }

    private double SquareSum(UpdateSource source, MatrixView view)
    {
        var rows = Math.Clamp(MostValues / Math.Max(1, view.Columns), 1, RowsAtOnce);
        var block = new double[rows * view.Columns];
        var sum = 0.0;
        for (var row = 0; row < view.Rows; row += rows)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            var part = block.AsSpan(0, Math.Min(rows, view.Rows - row) * view.Columns);
            source.Fill(row, part.Length / view.Columns, part);
            sum += FixedSum.OfSquares(part);
        }
        return sum;
    }
}
