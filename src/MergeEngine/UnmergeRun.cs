using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;
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
    private const int MaxConfigBytes = 4 << 20;
    private const string OriginalConfig = $"{UndoFormat.Folder}/{UndoFormat.Originals}/{Checkpoint.ConfigFile}";

    private readonly Dictionary<string, TensorDigest> _inputs = receipt.Inputs.ToDictionary(t => t.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, MergedTensor> _merged = receipt.Merged.ToDictionary(t => t.Name, StringComparer.Ordinal);
    private readonly ByteCounter _counter = new(merged.Tensors.Values.Sum(t => t.Info.Length));

    public UnmergeReceipt Run(IProgress<MergeProgress>? progress, CancellationToken cancellationToken)
    {
        _counter.Progress = progress;
        var plan = PlanOfTheMerge();
        if (!plan.Tensors.Select(t => t.Output.Name).ToHashSet(StringComparer.Ordinal).SetEquals(merged.Tensors.Keys))
            throw new IntegrityException(merged.Folder, "holds other tensors than the receipt names");
        EarlierMerges.Restore(request.Merged, receipt, output);
        RestoreShards(plan, cancellationToken);
        RestoreSideFiles();
        var proof = new UnmergeReceipt(
            new EngineInfo("loragate.merge", request.Version, Merger.Procedure, request.Device.Name),
            receipt.ComputeDigest(),
            new CheckpointIdentity(receipt.Base.Name, Digest.OfFile(Path.Combine(output.Path, Checkpoint.ConfigFile), cancellationToken), receipt.Base.WeightsDigest));
        var own = Path.Combine(output.Path, UndoFormat.Folder);
        Directory.CreateDirectory(own);
        AtomicFile.Write(Path.Combine(own, UndoFormat.UnmergeReceiptFile), proof.ToCanonicalJson());
        output.Commit();
        return proof;
    }

    /// <summary>The merge's own plan, made again from what the receipt says of the base.</summary>
    private MergePlan PlanOfTheMerge()
    {
        var config = receipt.Files.Any(f => f.Path == OriginalConfig) ? OriginalConfig : Checkpoint.ConfigFile;
        var path = Path.Combine(request.Merged, config);
        using var document = StrictJson.ParseFile(path, MaxConfigBytes);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new CheckpointException(path, "not a JSON object", "Restore the model's own config.");
        DType? type = receipt.DType == "keep" ? null : Enum.Parse<DType>(receipt.DType);
        return MergePlan.Create(BaseLayout.Of(receipt.Inputs, document.RootElement), adapters, type, withUndo: true, [.. receipt.Adapters.Select(a => ExpertLayoutName.Parse(a.ExpertLayout))]);
    }

    private void RestoreShards(MergePlan plan, CancellationToken cancellationToken)
    {
        using var undo = SafetensorsFile.Open(Path.Combine(request.Merged, receipt.UndoFile!.Path));
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
            ParallelWork.Run(plan.Tensors, t => t.Output.Length, options, tensor => Restore(tensor, merged.Tensor(tensor.Output.Name), writers, undo, cancellationToken));
            foreach (var writer in writers.Values)
                writer.Flush();
        }
        finally
        {
            foreach (var writer in writers.Values)
                writer.Dispose();
        }
    }

    private void Restore(PlannedTensor tensor, CheckpointTensor source, Dictionary<SafetensorsFile, SafetensorsWriter> writers, SafetensorsFile undo, CancellationToken cancellationToken)
    {
        var (name, writer) = (tensor.Output.Name, writers[source.Shard]);
        if (source.Info.DType != tensor.Output.DType || !source.Info.Shape.SequenceEqual(tensor.Output.Shape))
            throw new IntegrityException($"{source.Shard.Path}, tensor '{name}'", "has another type or shape than the merge gave it");
        if (!_merged.TryGetValue(name, out var change) != !tensor.Changes)
            throw new IntegrityException(merged.Folder, $"the receipt and the adapters disagree on whether '{name}' was changed");
        if (!tensor.Changes)
        {
            Expect(source, "untouched", _inputs[name].Sha256, TensorCopy.Run(source, writer, _counter.Add, cancellationToken));
        }
        else if (tensor.IsAdded)
        {
            Expect(source, "added", change!.After, source.ComputeDigest(_counter.Add, cancellationToken));
        }
        else
        {
            var (before, after) = new TensorUnmerger(tensor, source, writer, undo, request.Device).Run(_counter.Add, cancellationToken);
            Expect(source, "merged", change!.After, before);
            Expect(source, "restored", _inputs[name].Sha256, after);
        }
    }

    private static void Expect(CheckpointTensor tensor, string what, Digest expected, Digest found)
    {
        if (expected != found)
            throw new IntegrityException($"{tensor.Shard.Path}, tensor '{tensor.Name}'", $"the {what} bytes have SHA-256 {found} where the receipt says {expected}");
    }

    private void RestoreSideFiles()
    {
        const string Originals = $"{UndoFormat.Folder}/{UndoFormat.Originals}/";
        var known = receipt.Files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var name in known.Where(path => !path.Contains('/', StringComparison.Ordinal)))
            output.CopyIn(Path.Combine(request.Merged, known.Contains(Originals + name) ? Originals + name : name), name);
        var config = Digest.OfFile(Path.Combine(output.Path, Checkpoint.ConfigFile));
        if (config != receipt.Base.ConfigDigest)
            throw new IntegrityException(Checkpoint.ConfigFile, $"restored with SHA-256 {config} where the receipt says {receipt.Base.ConfigDigest}");
    }
}
