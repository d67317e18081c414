using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Planning;
using Loragate.MergeEngine.Streaming;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine;

/// <summary>Adds up what a plan takes.</summary>
internal static class Forecaster
{
    /// <summary>The runtime, its compiled code, and what its collector leaves: 62 to 106 MB were measured beside factors and blocks (bench/results/merge.md).</summary>
    private const long RuntimeBytes = 80_000_000;

    /// <summary>Factors of tensors that are done stay until the collector comes: about as many as are at work.</summary>
    private const int FactorsKept = 2;

    private static readonly ForecastSpeed Fast = new(0.2, 3e9, 2e9, 25e9);
    private static readonly ForecastSpeed Slow = new(1, 0.2e9, 0.4e9, 4e9);

    /// <summary>The forecast of a plan.</summary>
    public static MergeForecast Of(MergePlan plan, Checkpoint baseModel, IReadOnlyList<(PeftAdapter Adapter, double Weight)> adapters, MergeRequest request, EarlierMerges? earlier)
    {
        var changed = plan.Tensors.Where(t => t.Changes).ToList();
        var sideCar = request.WithUndo ? (long?)SideCar(changed, baseModel) : null;
        var copies = request.WithUndo ? adapters.Sum(a => a.Adapter.Identity.Files.Sum(f => f.Size)) : 0;
        var carried = request.WithUndo ? earlier?.Bytes ?? 0 : 0;
        var (read, written) = (plan.InputBytes + changed.Where(IsReadTwice).Sum(t => t.Source.Length) + carried, plan.OutputBytes + (sideCar ?? 0) + copies + carried);
        var device = AtOnce(changed.Where(t => t.Replacement is null).Select(t => request.Device.BlockBytes(RowStream.BlockBytes * 8L / t.Source.DType.Bits, t.Contributions.Count)), request);
        var factors = AtOnce(changed.Select(FactorBytes), request);
        return new MergeForecast(
            plan.Tensors.Count,
            [.. changed.Select(t => new ForecastTensor(t.Output.Name, t.Output.DType.ToString(), t.Output.Shape, t.Summary))],
            read,
            written,
            sideCar,
            RuntimeBytes + request.Device.LibraryBytes + (FactorsKept * factors) + (2L * RowStream.BlockBytes * request.Threads) + (request.Device.HasOwnMemory ? 0 : device))
        {
            DeviceBytes = request.Device.HasOwnMemory ? device : null,
            Time = request.Device == MergeDevice.Cpu ? Time(changed, read + written, plan.InputBytes + changed.Sum(t => t.Output.Length) + written - plan.OutputBytes, request.Threads) : null,
        };
    }

    /// <summary>What the largest of the tensors take that are worked on together.</summary>
    private static long AtOnce(IEnumerable<long> bytes, MergeRequest request) => bytes.OrderDescending().Take(request.Threads).Sum();

    private static ForecastTime Time(IEnumerable<PlannedTensor> changed, long moved, long hashed, int threads)
    {
        var multiplyAdds = changed.Sum(t => t.Output.Length * 8 / t.Output.DType.Bits * (ForecastTime.OfAWeight + t.Contributions.Sum(c => (long)c.Delta.Rank)));
        double Disk(ForecastSpeed speed) => moved / speed.DiskBytes;
        double Work(ForecastSpeed speed) => ((hashed / speed.HashedBytes) + (multiplyAdds / speed.MultiplyAdds)) / threads;
        return new ForecastTime(
            Math.Round(Fast.StartSeconds + Math.Max(Disk(Fast), Work(Fast)), 3), Math.Round(Slow.StartSeconds + Disk(Slow) + Work(Slow), 3), threads, hashed, multiplyAdds, Fast, Slow);
    }

    /// <summary>The file as it would be written, but for the number of bits.</summary>
    private static long SideCar(IEnumerable<PlannedTensor> changed, Checkpoint baseModel)
    {
        var pieces = baseModel.Shards.Select(s => Piece(UndoFormat.Headers + Path.GetFileName(s.Path), s.ReadRawHeader().Length)).Concat(changed.Where(t => !t.IsAdded).SelectMany(Pieces)).ToList();
        return SafetensorsWriter.HeaderOf(pieces, UndoFormat.Metadata).Length + pieces.Sum(p => p.Length);
    }

    private static IEnumerable<TensorPlan> Pieces(PlannedTensor tensor)
    {
        var (name, rows, columns) = (tensor.Output.Name, (long)tensor.View.Rows, (long)tensor.View.Columns);
        if (tensor.Replacement is { } replacement)
        {
            yield return Piece($"{UndoFormat.Originals}/{name}", ReplacedRowMap.Of(replacement.Delta).Count(rows) * columns * (tensor.Source.DType.Bits / 8));
            yield break;
        }
        if (tensor.Contributions is [{ Delta: DoraDelta dora }])
            yield return new TensorPlan(UndoFormat.Factors + name, DType.F64, [dora.IsByColumn ? columns : rows]);
        // Into a wider type (nearly) every weight goes to a value of its own.
        var isWidened = tensor.Output.DType.Bits > tensor.Source.DType.Bits;
        yield return Piece(UndoFormat.Bits + name, isWidened ? 0 : (long)(rows * columns * MergeForecast.UndoBitsPerWeight / 8));
    }

    private static TensorPlan Piece(string name, long bytes) => new(name, DType.U8, [bytes]);

    private static bool IsReadTwice(PlannedTensor tensor) => tensor.Contributions is [{ Delta: DoraDelta { IsByColumn: true } }];

    /// <summary>A tensor's factors as doubles, as they are and in the order of the kernels; replacements are read row by row.</summary>
    private static long FactorBytes(PlannedTensor tensor) =>
        tensor.Replacement is not null ? 0 : tensor.Contributions.Sum(c => c.Delta.Consumes.Sum(f => f.Elements)) * 2 * sizeof(double);
}
