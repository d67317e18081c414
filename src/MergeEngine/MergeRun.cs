using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Planning;
using Loragate.MergeEngine.Shards;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine;

/// <summary>One merge: writes the shards, the side files, the side-car and the receipt.</summary>
internal sealed class MergeRun(
    MergeRequest request, Checkpoint baseModel, IReadOnlyList<(PeftAdapter Adapter, double Weight)> adapters, MergePlan plan, EarlierMerges? earlier, OutputFolder output)
{
    private readonly ByteCounter _counter = new(plan.InputBytes);

    public MergeReceipt Run(IProgress<MergeProgress>? progress, CancellationToken cancellationToken)
    {
        _counter.Progress = progress;
        var shards = Shards();
        var journal = ShardJournal.Open(output, TaskOf(shards));
        return journal.Interruptible(request.Resumes, () => Run(shards, journal, cancellationToken));
    }

    private MergeReceipt Run(IReadOnlyList<Shard> shards, ShardJournal journal, CancellationToken cancellationToken)
    {
        var own = Path.Combine(output.Path, UndoFormat.Folder);
        IReadOnlyList<FinishedShard> finished;
        using (var work = new MergeShards(request.WithUndo, request.Device, shards, output, journal, _counter))
            finished = work.Run(request.Threads, cancellationToken);
        foreach (var (adapter, _) in adapters)
            adapter.CheckWeights(cancellationToken);
        SideFiles.Write(baseModel, plan, output, keepOriginals: request.WithUndo);
        if (request.WithUndo)
        {
            earlier?.CopyTo(output, cancellationToken);
            WriteSideCar(Path.Combine(own, UndoFormat.File), journal, finished);
            CopyAdapters(own, cancellationToken);
        }
        var receipt = Describe(own, finished, cancellationToken);
        ReceiptChecksum.Write(own, receipt.ToCanonicalJson());
        journal.Close();
        output.Commit();
        return receipt;
    }

    private List<Shard> Shards()
    {
        var byShard = plan.Tensors.Select(t => new ShardTensor(t, baseModel.Tensor(t.Source.Name), t.Output.Name)).ToLookup(t => t.Source.Shard);
        return [.. baseModel.Shards.Select(shard => new Shard(
            shard,
            Shard.MergedHeader([.. byShard[shard].Select(t => t.Plan)], shard.ReadRawHeader(), shard.Path),
            [.. byShard[shard]]))];
    }

    /// <summary>Everything that the shards and their lines in the receipt depend on, but the tensors.</summary>
    private Digest TaskOf(IEnumerable<Shard> shards) => Digest.Of(RecordJson.Canonical(new
    {
        Engine,
        Adapters = adapters.Select(a => new { a.Adapter.Identity.Digest, Weight = BitConverter.DoubleToInt64Bits(a.Weight) }),
        baseModel.ConfigDigest,
        request.OutputType,
        request.WithUndo,
        request.ExpertLayout,
        Headers = shards.Select(s => new { s.Name, Base = Digest.Of(s.Source.ReadRawHeader()), Output = Digest.Of(s.Header) }),
    }));

    private void WriteSideCar(string path, ShardJournal journal, IReadOnlyList<FinishedShard> finished)
    {
        var parts = new List<ShardSideCar>();
        try
        {
            parts.AddRange(finished.Select(shard => ShardSideCar.Open(journal.PartOf(shard.File), shard.Undo!)));
            SideCar.Write(path, baseModel, plan, parts);
        }
        finally
        {
            parts.ForEach(part => part.Dispose());
        }
    }

    private void CopyAdapters(string own, CancellationToken cancellationToken)
    {
        for (var i = 0; i < adapters.Count; i++)
        {
            foreach (var file in adapters[i].Adapter.Identity.Files)
            {
                var target = Path.Combine(own, UndoFormat.Adapters, i.ToString(CultureInfo.InvariantCulture), file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                SizeLimit.Copy(Path.Combine(adapters[i].Adapter.Folder, file.Path), target);
                if (Digest.OfFile(target, cancellationToken) != file.Sha256)
                    throw new IntegrityException(Path.Combine(adapters[i].Adapter.Folder, file.Path), "the adapter was changed while it was merged");
            }
        }
    }

    private EngineInfo Engine => new("loragate.merge", request.Version, Merger.Procedure, request.Device.Name);

    private MergeReceipt Describe(string own, IReadOnlyList<FinishedShard> finished, CancellationToken cancellationToken)
    {
        var digests = finished.SelectMany(s => s.Tensors).ToDictionary(t => t.Name, StringComparer.Ordinal);
        var inputs = plan.Tensors.Where(t => !t.IsAdded).Select(t => DigestOf(t.Source, digests[t.Output.Name].Read)).ToList();
        if (earlier is not null && earlier.Last.Output.WeightsDigest != TensorDigest.OfWeights(inputs))
            throw new IntegrityException(baseModel.Folder, "the weights are not the ones of the folder's own receipt: somebody changed them after that merge");
        var weights = baseModel.Shards.Select(s => Path.GetFileName(s.Path)).ToHashSet(StringComparer.Ordinal);
        var undoPath = Path.Combine(own, UndoFormat.File);
        List<MergedTensor> merged = [.. finished.SelectMany(s => s.Merged).OrderBy(t => t.Name, StringComparer.Ordinal)];
        return new MergeReceipt(
            Engine,
            new CheckpointIdentity(NameOf(baseModel.Folder), baseModel.ConfigDigest, TensorDigest.OfWeights(inputs)),
            [.. adapters.Select(Applied)],
            request.OutputType is { } type ? type.ToString() : "keep",
            inputs,
            new CheckpointIdentity(
                NameOf(request.Output),
                Digest.OfFile(Path.Combine(output.Path, Checkpoint.ConfigFile), cancellationToken),
                TensorDigest.OfWeights(plan.Tensors.Select(t => DigestOf(t.Output, digests[t.Output.Name].Written!.Value)))),
            merged,
            [.. SideFiles.Written(output).Where(f => !weights.Contains(f)).Select(f => Entry(output.Path, f, cancellationToken))],
            File.Exists(undoPath) ? Entry(output.Path, $"{UndoFormat.Folder}/{UndoFormat.File}", cancellationToken) : null)
        {
            EarlierMerges = request.WithUndo ? earlier?.Count : null,
            UndoBitsPerWeight = request.WithUndo ? MergeReceipt.UndoBitsPerWeightOf(merged) : null,
        };
    }

    private AppliedAdapter Applied((PeftAdapter Adapter, double Weight) adapter, int index)
    {
        var coverage = plan.Coverages[index];
        return new AppliedAdapter(adapter.Adapter.Identity, adapter.Weight)
        {
            Tensors = coverage.Used,
            ExpertLayout = coverage.ExpertLayout,
            ResidualBase = coverage.ResidualBase,
        };
    }

    private static TensorDigest DigestOf(TensorPlan tensor, Digest digest) => new(tensor.Name, tensor.DType.ToString(), tensor.Shape, digest);

    private static FileEntry Entry(string folder, string path, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, path);
        return new FileEntry(path, new FileInfo(file).Length, Digest.OfFile(file, cancellationToken));
    }

    private static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
}
