using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Planning;
using Loragate.MergeEngine.Shards;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine;

/// <summary>One unmerge: restores the shards and side files, and proves every tensor.</summary>
internal sealed class UnmergeRun(
    UnmergeRequest request, MergeReceipt receipt, Checkpoint merged, IReadOnlyList<(PeftAdapter Adapter, double Weight)> adapters, OutputFolder output)
{
    private const int MaxConfigBytes = 4 << 20;
    private const string OriginalConfig = $"{UndoFormat.Folder}/{UndoFormat.Originals}/{Checkpoint.ConfigFile}";

    private readonly ByteCounter _counter = new(merged.Tensors.Values.Sum(t => t.Info.Length));

    private EngineInfo Engine => new("loragate.merge", request.Version, Merger.Procedure, request.Device.Name);

    public UnmergeReceipt Run(IProgress<MergeProgress>? progress, CancellationToken cancellationToken)
    {
        _counter.Progress = progress;
        var plan = PlanOfTheMerge(cancellationToken);
        if (!plan.Tensors.Select(t => t.Output.Name).ToHashSet(StringComparer.Ordinal).SetEquals(merged.Tensors.Keys))
            throw new IntegrityException(merged.Folder, "holds other tensors than the receipt names");
        // The receipt's digest covers adapters, side-car and tensors.
        var journal = ShardJournal.Open(output, Digest.Of(RecordJson.Canonical(new { Engine, Receipt = receipt.ComputeDigest() })));
        return journal.Interruptible(request.Resumes, () => Run(plan, journal, cancellationToken));
    }

    private UnmergeReceipt Run(MergePlan plan, ShardJournal journal, CancellationToken cancellationToken)
    {
        using (var undo = SafetensorsFile.Open(Path.Combine(request.Merged, receipt.UndoFile!.Path)))
            new UnmergeShards(receipt, undo, request.Device, Shards(plan, undo), output, journal, _counter).Run(request.Threads, cancellationToken);
        EarlierMerges.Restore(request.Merged, receipt, output);
        RestoreSideFiles();
        var proof = new UnmergeReceipt(
            Engine,
            receipt.ComputeDigest(),
            new CheckpointIdentity(receipt.Base.Name, Digest.OfFile(Path.Combine(output.Path, Checkpoint.ConfigFile), cancellationToken), receipt.Base.WeightsDigest));
        AtomicFile.Write(Path.Combine(output.Path, UndoFormat.Folder, UndoFormat.UnmergeReceiptFile), proof.ToCanonicalJson());
        journal.Close();
        output.Commit();
        return proof;
    }

    /// <summary>The merge's own plan, made again from what the receipt says of the base.</summary>
    private MergePlan PlanOfTheMerge(CancellationToken cancellationToken)
    {
        var config = receipt.Files.Any(f => f.Path == OriginalConfig) ? OriginalConfig : Checkpoint.ConfigFile;
        var path = Path.Combine(request.Merged, config);
        using var document = StrictJson.ParseFile(path, MaxConfigBytes);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new CheckpointException(path, "not a JSON object", "Restore the model's own config.");
        DType? type = receipt.DType == "keep" ? null : Enum.Parse<DType>(receipt.DType);
        return MergePlan.Create(BaseLayout.Of(receipt.Inputs, document.RootElement), adapters, type, withUndo: true, [.. receipt.Adapters.Select(a => new Declared(ExpertLayoutName.Parse(a.ExpertLayout), a.ResidualBase == true))], cancellationToken);
    }

    private List<Shard> Shards(MergePlan plan, SafetensorsFile undo)
    {
        var byShard = plan.Tensors.Select(t => new ShardTensor(t, merged.Tensor(t.Output.Name), t.IsAdded ? null : t.Source.Name)).ToLookup(t => t.Source.Shard);
        return [.. merged.Shards.Select(shard => new Shard(shard, HeaderOf(shard, [.. byShard[shard].Select(t => t.Plan)], undo), [.. byShard[shard]]))];
    }

    /// <summary>The header of the base's file, from the side-car; the merged file must have the one that follows from it, so that every byte of it is proved.</summary>
    private static byte[] HeaderOf(SafetensorsFile shard, IReadOnlyCollection<PlannedTensor> tensors, SafetensorsFile undo)
    {
        var name = Path.GetFileName(shard.Path);
        var original = undo.Find(UndoFormat.Headers + name) is { } header ? undo.ReadAll(header) : throw new IntegrityException(undo.Path, $"has no header for '{name}'");
        return shard.ReadRawHeader().AsSpan().SequenceEqual(Shard.MergedHeader(tensors, original, undo.Path))
            ? original
            : throw new IntegrityException(shard.Path, "the header is not the one that the merge wrote");
    }

    private void RestoreSideFiles()
    {
        const string Originals = $"{UndoFormat.Folder}/{UndoFormat.Originals}/";
        var known = receipt.Files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var name in known.Where(SideFiles.IsBeside))
            output.CopyIn(Path.Combine(request.Merged, known.Contains(Originals + name) ? Originals + name : name), name);
        var config = Digest.OfFile(Path.Combine(output.Path, Checkpoint.ConfigFile));
        if (config != receipt.Base.ConfigDigest)
            throw new IntegrityException(Checkpoint.ConfigFile, $"restored with SHA-256 {config} where the receipt says {receipt.Base.ConfigDigest}");
    }
}
