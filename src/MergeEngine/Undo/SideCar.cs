using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Undo;

/// <summary>Writes the side-car (docs/formats/undo.v1.md): headers and originals of the base, bits and factors of the parts.</summary>
internal static class SideCar
{
    /// <summary>Bytes of replaced rows that are written at once.</summary>
    private const int BlockBytes = 1 << 20;

    /// <summary>One tensor of the side-car.</summary>
    private sealed record Entry(TensorPlan Plan, Action<SafetensorsWriter> Write);

    /// <summary>Writes the file.</summary>
    public static void Write(string path, Checkpoint baseModel, MergePlan plan, IEnumerable<ShardSideCar> parts)
    {
        List<Entry> entries =
        [
            .. baseModel.Shards.Select(Header),
            .. plan.Tensors.Where(t => t is { IsAdded: false, Replacement: not null }).Select(t => Original(t, baseModel.Tensor(t.Source.Name))),
            .. parts.SelectMany(part => part.Pieces.Select(piece => new Entry(piece.Plan, writer => part.CopyTo(writer, piece)))),
        ];
        using var writer = SafetensorsWriter.Create(path, entries.Select(e => e.Plan), UndoFormat.Metadata);
        entries.ForEach(entry => entry.Write(writer));
        writer.Flush();
    }

    private static Entry Header(SafetensorsFile shard)
    {
        var (name, header) = (UndoFormat.Headers + Path.GetFileName(shard.Path), shard.ReadRawHeader());
        return new Entry(new TensorPlan(name, DType.U8, [header.Length]), writer => writer.Write(name, 0, header));
    }

    /// <summary>The replaced rows, read from the base.</summary>
    private static Entry Original(PlannedTensor tensor, CheckpointTensor source)
    {
        var (name, rowBytes) = ($"{UndoFormat.Originals}/{tensor.Output.Name}", tensor.View.Columns * (source.Info.DType.Bits / 8));
        var rows = ReplacedRowMap.Of(tensor.Replacement!.Delta);
        return new Entry(new TensorPlan(name, DType.U8, [rows.Count(tensor.View.Rows) * rowBytes]), writer =>
        {
            var atOnce = Math.Max(1, BlockBytes / Math.Max(1, rowBytes));
            var block = new byte[atOnce * rowBytes];
            foreach (var some in rows.Ascending(tensor.View.Rows).Index().Chunk(atOnce))
            {
                for (var i = 0; i < some.Length; i++)
                    source.Read(some[i].Item * rowBytes, block.AsSpan(i * rowBytes, rowBytes));
                writer.Write(name, (long)some[0].Index * rowBytes, block.AsSpan(0, some.Length * rowBytes));
            }
        });
    }
}
