using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Shards;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine;

/// <summary>
/// Takes a merge back, bit for bit: the updates are computed again, the side-car says which of the weights that round to the merged
/// one was the base's, and every restored tensor is held against the SHA-256 in the receipt before the folder appears.
/// </summary>
public static class Unmerger
{
    /// <summary>Restores the base and returns the proof, which is also written into the output folder.</summary>
    /// <exception cref="UnmergeException">The folder has no receipt or side-car.</exception>
    /// <exception cref="IntegrityException">Merged files, side-car or adapters are not the ones of the receipt.</exception>
    public static UnmergeReceipt Unmerge(UnmergeRequest request, IProgress<MergeProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var opened = Open(request.Merged, request.Adapters, cancellationToken);
        using var output = request.Resumes ? OutputFolder.Resume(request.Output) : OutputFolder.Create(request.Output);
        return new UnmergeRun(request, opened.Receipt, opened.Merged, opened.Adapters.Weighted, output).Run(progress, cancellationToken);
    }

    /// <summary>
    /// Proves that a merge can be taken back, and writes nothing: every tensor is restored block by block, hashed and held against the base's digest in the receipt, and so is
    /// the base's config. Reads the merged model once.
    /// </summary>
    /// <param name="merged">The merged folder, with its receipt, side-car and adapters.</param>
    /// <param name="threads">Tensors that are worked on at once.</param>
    /// <param name="version">The build that is named in the proof.</param>
    /// <param name="progress">Is told the bytes that were read.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <returns>The proof, the same as of an unmerge.</returns>
    /// <exception cref="UnmergeException">The folder has no receipt or side-car.</exception>
    /// <exception cref="IntegrityException">What comes out is not the base of the receipt.</exception>
    public static UnmergeReceipt Prove(string merged, int threads, string version, IProgress<MergeProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(merged);
        using var opened = Open(merged, [], cancellationToken);
        var receipt = opened.Receipt;
        using var undo = SafetensorsFile.Open(Path.Combine(merged, receipt.UndoFile!.Path));
        var counter = new ByteCounter(opened.Merged.Tensors.Values.Sum(t => t.Info.Length)) { Progress = progress };
        var (plan, tensors) = (UnmergePlan.Create(receipt, opened.Merged, undo, opened.Adapters.Weighted, cancellationToken), new UnmergeTensors(receipt, undo, MergeDevice.Cpu, counter.Add));
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        InParallel.LargestFirst(plan.Shards.SelectMany(shard => shard.Tensors), tensor => tensor.Source.Info.Length, options, tensor => _ = tensors.Restore(tensor, target: null, cancellationToken));
        var config = Digest.OfFile(Path.Combine(merged, UnmergePlan.ConfigIn(receipt)), cancellationToken);
        return config == receipt.Base.ConfigDigest
            ? new UnmergeReceipt(new EngineInfo("loragate.merge", version, Merger.Procedure, MergeDevice.Cpu.Name), receipt.ComputeDigest(), receipt.Base)
            : throw new IntegrityException(Checkpoint.ConfigFile, $"restored with SHA-256 {config} where the receipt says {receipt.Base.ConfigDigest}");
    }

    /// <summary>Opens a merged folder and its adapters, each held against the receipt.</summary>
    private static OpenMerge Open(string folder, IReadOnlyList<string> given, CancellationToken cancellationToken)
    {
        var own = Path.Combine(folder, UndoFormat.Folder);
        var receipt = ReadReceipt(own);
        CheckFiles(folder, receipt, cancellationToken);
        var folders = given.Count > 0
            ? given
            : [.. receipt.Adapters.Select((_, i) => Path.Combine(own, UndoFormat.Adapters, i.ToString(CultureInfo.InvariantCulture)))];
        if (folders.Count != receipt.Adapters.Count)
            throw new UnmergeException(folder, $"{receipt.Adapters.Count} adapters were merged, {folders.Count} are given", "Name them all, in the order of the merge.");
        var merged = Checkpoint.Open(folder);
        try
        {
            return OpenMerge.Of(receipt, merged, folders, cancellationToken);
        }
        catch
        {
            merged.Dispose();
            throw;
        }
    }

    private static MergeReceipt ReadReceipt(string own)
    {
        var path = Path.Combine(own, UndoFormat.ReceiptFile);
        if (!File.Exists(path))
            throw new UnmergeException(path, "no receipt: this folder was not merged by loragate", "Give the folder that 'loragate merge' wrote.");
        ReceiptChecksum.Check(own);
        var receipt = Record.ReadFile<MergeReceipt>(path);
        if (ReceiptConsistency.Fault(receipt) is { } fault)
            throw new IntegrityException(path, $"the receipt contradicts itself: {fault}");
        return receipt.UndoFile is null
            ? throw new UnmergeException(path, "merged with --no-undo: there is no side-car", "Restore the base from its own copy.")
            : receipt;
    }

    private static void CheckFiles(string folder, MergeReceipt receipt, CancellationToken cancellationToken)
    {
        foreach (var entry in receipt.Files.Append(receipt.UndoFile!))
        {
            var path = Path.Combine(folder, entry.Path);
            if (!File.Exists(path))
                throw new IntegrityException(path, "missing, although the receipt names it");
            var digest = Digest.OfFile(path, cancellationToken);
            if (digest != entry.Sha256)
                throw new IntegrityException(path, $"SHA-256 {digest} where the receipt says {entry.Sha256}");
        }
    }
}
