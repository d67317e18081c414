using System.Security.Cryptography;
using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Planning;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine;

/// <summary>One unmerge: restores the shards and side files, and proves every tensor.</summary>
internal sealed class UnmergeRun(
    UnmergeRequest request, MergeReceipt receipt, Checkpoint merged, IReadOnlyList<(PeftAdapter Adapter, double Weight)> adapters, OutputFolder output)
{
    private const int CopyBlock = 4 << 20;

    private readonly Dictionary<string, TensorDigest> _inputs = receipt.Inputs.ToDictionary(t => t.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, MergedTensor> _merged = receipt.Merged.ToDictionary(t => t.Name, StringComparer.Ordinal);
    private readonly ByteCounter _counter = new(merged.Tensors.Values.Sum(t => t.Info.Length));

    public UnmergeReceipt Run(IProgress<MergeProgress>? progress, CancellationToken cancellationToken)
    {
        _counter.Progress = progress;
        if (!_inputs.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(merged.Tensors.Keys))
            throw new IntegrityException(merged.Folder, "holds other tensors than the receipt names");
        var plan = MergePlan.Create(merged, adapters, outputType: null, withUndo: false);
        RestoreShards(plan, cancellationToken);
        RestoreSideFiles();
        var proof = new UnmergeReceipt(
            new EngineInfo("loragate.merge", request.Version, Merger.Procedure, "cpu"),
            receipt.ComputeDigest(),
            new CheckpointIdentity(receipt.Base.Name, Digest.OfFile(Path.Combine(output.Path, Checkpoint.ConfigFile), cancellationToken), receipt.Base.WeightsDigest));
        var own = Path.Combine(output.Path, UndoFormat.Folder);
        Directory.CreateDirectory(own);
        AtomicFile.Write(Path.Combine(own, "unmerge-receipt.json"), proof.ToCanonicalJson());
        output.Commit();
        return proof;
    }

    private void RestoreShards(MergePlan plan, CancellationToken cancellationToken)
    {
        using var undo = SafetensorsFile.Open(Path.Combine(request.Merged, receipt.UndoFile!.Path));
        var byShard = plan.Tensors.ToLookup(t => t.Source.Shard);
        var writers = new Dictionary<SafetensorsFile, SafetensorsWriter>();
        try
        {
            foreach (var shard in merged.Shards)
            {
                var name = Path.GetFileName(shard.Path);
                var header = undo.Find(UndoFormat.Headers + name) ?? throw new IntegrityException(undo.Path, $"has no header for '{name}'");
                writers.Add(shard, SafetensorsWriter.CreateLike(Path.Combine(output.Path, name), undo.ReadAll(header)));
            }
            var options = new ParallelOptions { MaxDegreeOfParallelism = request.Threads, CancellationToken = cancellationToken };
            ParallelWork.Run(plan.Tensors, t => t.Source.Info.Length, options, tensor => Restore(tensor, writers[tensor.Source.Shard], undo, cancellationToken));
            foreach (var writer in writers.Values)
                writer.Flush();
        }
        finally
        {
            foreach (var writer in writers.Values)
                writer.Dispose();
        }
    }

    private void Restore(PlannedTensor tensor, SafetensorsWriter writer, SafetensorsFile undo, CancellationToken cancellationToken)
    {
        var input = _inputs[tensor.Source.Name];
        if (_merged.TryGetValue(input.Name, out var change))
        {
            var (before, after) = new TensorUnmerger(tensor, Enum.Parse<DType>(input.DType), writer, undo).Run(_counter.Add, cancellationToken);
            Expect(tensor.Source.Shard.Path, input.Name, "merged", change.After, before);
            Expect(tensor.Source.Shard.Path, input.Name, "restored", input.Sha256, after);
        }
        else
        {
            Expect(tensor.Source.Shard.Path, input.Name, "untouched", input.Sha256, TensorCopy.Run(tensor.Source, writer, CopyBlock, _counter.Add, cancellationToken));
        }
    }

    private static void Expect(string file, string tensor, string what, Digest expected, Digest found)
    {
        if (expected != found)
            throw new IntegrityException($"{file}, tensor '{tensor}'", $"the {what} bytes have SHA-256 {found} where the receipt says {expected}");
    }

    private void RestoreSideFiles()
    {
        const string Originals = $"{UndoFormat.Folder}/{UndoFormat.Originals}/";
        var known = receipt.Files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var name in known.Where(path => !path.StartsWith(Originals, StringComparison.Ordinal)))
            output.CopyIn(Path.Combine(request.Merged, known.Contains(Originals + name) ? Originals + name : name), name);
        var config = Digest.OfFile(Path.Combine(output.Path, Checkpoint.ConfigFile));
        if (config != receipt.Base.ConfigDigest)
            throw new IntegrityException(Checkpoint.ConfigFile, $"restored with SHA-256 {config} where the receipt says {receipt.Base.ConfigDigest}");
    }
}
