using System.Collections.Concurrent;
using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Planning;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine;

/// <summary>One merge: writes the shards, the side files, the side-car and the receipt.</summary>
internal sealed class MergeRun(
    MergeRequest request, Checkpoint baseModel, IReadOnlyList<(PeftAdapter Adapter, double Weight)> adapters, MergePlan plan, EarlierMerges? earlier, OutputFolder output)
{
    private readonly ConcurrentDictionary<string, TensorDigest> _inputs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MergedTensor> _merged = new(StringComparer.Ordinal);
    private readonly ByteCounter _counter = new(plan.InputBytes);

    public MergeReceipt Run(IProgress<MergeProgress>? progress, CancellationToken cancellationToken)
    {
        _counter.Progress = progress;
        var own = Path.Combine(output.Path, UndoFormat.Folder);
        Directory.CreateDirectory(own);
        using var undo = request.WithUndo ? new UndoCollector(Path.Combine(own, "undo.scratch")) : null;
        WriteShards(undo, cancellationToken);
        foreach (var (adapter, _) in adapters)
            adapter.CheckWeights(cancellationToken);
        SideFiles.Write(baseModel, plan, output, keepOriginals: request.WithUndo);
        if (request.WithUndo)
            earlier?.CopyTo(output, cancellationToken);
        if (undo is not null)
        {
            undo.WriteTo(Path.Combine(own, UndoFormat.File));
            CopyAdapters(own);
        }
        undo?.Dispose();
        var receipt = Describe(own, cancellationToken);
        ReceiptChecksum.Write(own, receipt.ToCanonicalJson());
        output.Commit();
        return receipt;
    }

    private void WriteShards(UndoCollector? undo, CancellationToken cancellationToken)
    {
        var byShard = plan.Tensors.ToLookup(t => baseModel.Tensor(t.Source.Name).Shard);
        var writers = new Dictionary<SafetensorsFile, SafetensorsWriter>();
        try
        {
            foreach (var shard in baseModel.Shards)
            {
                var name = Path.GetFileName(shard.Path);
                var path = Path.Combine(output.Path, name);
                var header = shard.ReadRawHeader();
                undo?.AddHeader(name, header);
                writers.Add(shard, byShard[shard].Any(t => t.Changes)
                    ? SafetensorsWriter.Create(path, byShard[shard].Select(t => t.Output), shard.Header.Metadata)
                    : SafetensorsWriter.CreateLike(path, header));
            }
            var options = new ParallelOptions { MaxDegreeOfParallelism = request.Threads, CancellationToken = cancellationToken };
            ParallelWork.Run(plan.Tensors, t => t.Source.Length, options, tensor => WriteTensor(tensor, baseModel.Tensor(tensor.Source.Name), writers, undo, cancellationToken));
            foreach (var writer in writers.Values)
                writer.Flush();
        }
        finally
        {
            foreach (var writer in writers.Values)
                writer.Dispose();
        }
    }

    private void WriteTensor(PlannedTensor tensor, CheckpointTensor source, Dictionary<SafetensorsFile, SafetensorsWriter> writers, UndoCollector? undo, CancellationToken cancellationToken)
    {
        var writer = writers[source.Shard];
        var merged = !tensor.Changes ? null
            : tensor.Replacement is not null ? new TensorReplacer(tensor, source, writer, undo).Run(_counter.Add, cancellationToken)
            : new TensorMerger(tensor, source, writer, undo, request.Device).Run(_counter.Add, cancellationToken);
        if (merged is not null)
            _merged[tensor.Output.Name] = merged;
        var before = merged?.Before ?? TensorCopy.Run(source, writer, _counter.Add, cancellationToken);
        if (!tensor.IsAdded)
            _inputs[tensor.Source.Name] = new TensorDigest(tensor.Source.Name, tensor.Source.DType.ToString(), tensor.Source.Shape, before);
    }

    private void CopyAdapters(string own)
    {
        for (var i = 0; i < adapters.Count; i++)
        {
            foreach (var file in adapters[i].Adapter.Identity.Files)
            {
                var target = Path.Combine(own, UndoFormat.Adapters, i.ToString(CultureInfo.InvariantCulture), file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(Path.Combine(adapters[i].Adapter.Folder, file.Path), target);
                if (Digest.OfFile(target) != file.Sha256)
                    throw new IntegrityException(Path.Combine(adapters[i].Adapter.Folder, file.Path), "the adapter was changed while it was merged");
            }
        }
    }

    private MergeReceipt Describe(string own, CancellationToken cancellationToken)
    {
        var inputs = _inputs.Values.OrderBy(t => t.Name, StringComparer.Ordinal).ToList();
        if (earlier is not null && earlier.Last.Output.WeightsDigest != TensorDigest.OfWeights(inputs))
            throw new IntegrityException(baseModel.Folder, "the weights are not the ones of the folder's own receipt: somebody changed them after that merge");
        var weights = baseModel.Shards.Select(s => Path.GetFileName(s.Path)).ToHashSet(StringComparer.Ordinal);
        var undoPath = Path.Combine(own, UndoFormat.File);
        return new MergeReceipt(
            new EngineInfo("loragate.merge", request.Version, Merger.Procedure, request.Device.Name),
            new CheckpointIdentity(NameOf(baseModel.Folder), baseModel.ConfigDigest, TensorDigest.OfWeights(inputs)),
            [.. adapters.Select(Applied)],
            request.OutputType is { } type ? type.ToString() : "keep",
            inputs,
            new CheckpointIdentity(NameOf(request.Output), Digest.OfFile(Path.Combine(output.Path, Checkpoint.ConfigFile), cancellationToken), TensorDigest.OfWeights(plan.Tensors.Select(OutputOf))),
            [.. _merged.Values.OrderBy(t => t.Name, StringComparer.Ordinal)],
            [.. SideFiles.Written(output).Where(f => !weights.Contains(f)).Select(f => Entry(output.Path, f))],
            File.Exists(undoPath) ? Entry(output.Path, $"{UndoFormat.Folder}/{UndoFormat.File}") : null)
        {
            EarlierMerges = request.WithUndo ? earlier?.Count : null,
        };
    }

    private AppliedAdapter Applied((PeftAdapter Adapter, double Weight) adapter, int index)
    {
        var coverage = plan.Coverages[index];
        var experts = coverage.Deltas.OfType<ExpertsDelta>().FirstOrDefault();
        return new AppliedAdapter(adapter.Adapter.Identity, adapter.Weight)
        {
            Tensors = coverage.Used,
            ExpertLayout = experts is null ? null : ExpertLayoutName.Of(experts.Factors.Layout),
        };
    }

    private TensorDigest OutputOf(PlannedTensor tensor) =>
        new(tensor.Output.Name, tensor.Output.DType.ToString(), tensor.Output.Shape, _merged.TryGetValue(tensor.Output.Name, out var merged) ? merged.After : _inputs[tensor.Output.Name].Sha256);

    private static FileEntry Entry(string folder, string path)
    {
        var file = Path.Combine(folder, path);
        return new FileEntry(path, new FileInfo(file).Length, Digest.OfFile(file));
    }

    private static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
}
