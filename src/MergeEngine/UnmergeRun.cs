using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Shards;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine;

/// <summary>One unmerge: restores the shards and side files, and proves every tensor.</summary>
internal sealed class UnmergeRun(
    UnmergeRequest request, MergeReceipt receipt, Checkpoint merged, IReadOnlyList<(PeftAdapter Adapter, double Weight)> adapters, OutputFolder output)
{
    private readonly ByteCounter _counter = new(merged.Tensors.Values.Sum(t => t.Info.Length));

    private EngineInfo Engine => new("loragate.merge", request.Version, Merger.Procedure, request.Device.Name);

    public UnmergeReceipt Run(IProgress<MergeProgress>? progress, CancellationToken cancellationToken)
    {
        _counter.Progress = progress;
        using var undo = SafetensorsFile.Open(Path.Combine(request.Merged, receipt.UndoFile!.Path));
        var plan = UnmergePlan.Create(receipt, merged, undo, adapters, cancellationToken);
        // The receipt's digest covers adapters, side-car and tensors.
        var journal = ShardJournal.Open(output, Digest.Of(RecordJson.Canonical(new { Engine, Receipt = receipt.ComputeDigest() })));
        return journal.Interruptible(request.Resumes, () => Run(plan, undo, journal, cancellationToken));
    }

    private UnmergeReceipt Run(UnmergePlan plan, SafetensorsFile undo, ShardJournal journal, CancellationToken cancellationToken)
    {
        _ = new UnmergeShards(new UnmergeTensors(receipt, undo, request.Device, _counter.Add), plan.Shards, output, journal, _counter).Run(request.Threads, cancellationToken);
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
