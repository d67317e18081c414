using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
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
        var own = Path.Combine(request.Merged, UndoFormat.Folder);
        var receipt = ReadReceipt(own);
        CheckFiles(request.Merged, receipt, cancellationToken);
        var folders = request.Adapters.Count > 0
            ? request.Adapters
            : [.. receipt.Adapters.Select((_, i) => Path.Combine(own, UndoFormat.Adapters, i.ToString(CultureInfo.InvariantCulture)))];
        if (folders.Count != receipt.Adapters.Count)
            throw new UnmergeException(request.Merged, $"{receipt.Adapters.Count} adapters were merged, {folders.Count} are given", "Name them all, in the order of the merge.");

        using var merged = Checkpoint.Open(request.Merged);
        using var adapters = new OpenAdapters(folders.Zip(receipt.Adapters, (folder, applied) => new WeightedAdapter(folder, applied.Weight)), cancellationToken);
        foreach (var (opened, applied) in adapters.Weighted.Zip(receipt.Adapters))
        {
            if (opened.Adapter.Identity.Digest != applied.Adapter.Digest)
                throw new IntegrityException(opened.Adapter.Folder, $"digest {opened.Adapter.Identity.Digest} where the receipt names {applied.Adapter.Digest}: not the adapter that was merged");
        }
        using var output = request.Resumes ? OutputFolder.Resume(request.Output) : OutputFolder.Create(request.Output);
        return new UnmergeRun(request, receipt, merged, adapters.Weighted, output).Run(progress, cancellationToken);
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
