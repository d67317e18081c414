using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Kernels;

namespace Loragate.MergeEngine.Planning;

/// <summary>Adds up what a plan takes.</summary>
internal static class Forecaster
{
    /// <summary>The forecast of a plan.</summary>
    public static MergeForecast Of(MergePlan plan, Checkpoint baseModel, IReadOnlyList<(PeftAdapter Adapter, double Weight)> adapters, MergeRequest request)
    {
        var changed = plan.Tensors.Where(t => t.Changes).ToList();
        var sideCar = request.WithUndo ? (long?)SideCar(changed, baseModel) : null;
        var copies = request.WithUndo ? adapters.Sum(a => a.Adapter.Identity.Files.Sum(f => f.Size)) : 0;
        return new MergeForecast(
            plan.Tensors.Count,
            [.. changed.Select(t => new ForecastTensor(t.Output.Name, t.Output.DType.ToString(), t.Output.Shape, t.Summary))],
            plan.InputBytes + changed.Where(IsReadTwice).Sum(t => t.Source.Length),
            plan.OutputBytes + (sideCar ?? 0) + copies,
            sideCar,
            changed.Select(FactorBytes).OrderDescending().Take(request.Threads).Sum() + (2L * RowStream.BlockBytes * request.Threads));
    }

    /// <summary>Headers, originals and norm factors, and the expected bits of what is updated.</summary>
    private static long SideCar(List<PlannedTensor> changed, Checkpoint baseModel)
    {
        var stored = changed.Where(t => !t.IsAdded).ToList();
        var headers = baseModel.Shards.Sum(s => (long)s.ReadRawHeader().Length);
        var originals = stored.Where(t => t.Replacement is not null).Sum(t => ReplacedRowMap.Of(t.Replacement!.Delta).Count(t.View.Rows) * t.View.Columns * (t.Source.DType.Bits / 8));
        var factors = stored.Sum(t => t.Contributions is [{ Delta: DoraDelta dora }] ? (dora.IsByColumn ? t.View.Columns : t.View.Rows) * (long)sizeof(double) : 0);
        var updated = stored.Where(t => t.Replacement is null).Sum(t => (long)t.View.Rows * t.View.Columns);
        return headers + originals + factors + (long)(updated * MergeForecast.UndoBitsPerWeight / 8);
    }

    private static bool IsReadTwice(PlannedTensor tensor) => tensor.Contributions is [{ Delta: DoraDelta { IsByColumn: true } }];

    /// <summary>A tensor's factors as doubles, as they are and in the order of the kernels; replacements are read row by row.</summary>
    private static long FactorBytes(PlannedTensor tensor) =>
        tensor.Replacement is not null ? 0 : tensor.Contributions.Sum(c => c.Delta.Consumes.Sum(f => f.Elements)) * 2 * sizeof(double);
}
