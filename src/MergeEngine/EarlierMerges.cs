using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine;

/// <summary>
/// What merges before this one left in the base's folder. A merge into a merged folder moves them along, so that each unmerge takes off the
/// last one and leaves the folder that stood before it (docs/formats/undo.v1.md).
/// </summary>
internal sealed class EarlierMerges
{
    private readonly string _own;
    private readonly int _before;

    private EarlierMerges(string own, int before, MergeReceipt last) => (_own, _before, Last) = (own, before, last);

    /// <summary>The receipt of the merge that made the base.</summary>
    public MergeReceipt Last { get; }

    /// <summary>How many merges the base carries.</summary>
    public int Count => _before + 1;

    /// <summary>Bytes of what a merge moves along.</summary>
    public long Bytes => Known().Keys.Select(name => new FileInfo(Path.Combine(_own, name))).Where(file => file.Exists).Sum(file => file.Length);

    /// <summary>What a base carries; null for a base that no merge made, or that was merged without undo.</summary>
    /// <exception cref="MalformedInputException">The base's receipt breaks its format.</exception>
    /// <exception cref="IntegrityException">The base is not what its receipt says.</exception>
    public static EarlierMerges? Of(Checkpoint baseModel)
    {
        var own = Path.Combine(baseModel.Folder, UndoFormat.Folder);
        var path = Path.Combine(own, UndoFormat.ReceiptFile);
        if (!File.Exists(path))
            return null;
        ReceiptChecksum.Check(own);
        var receipt = Record.ReadFile<MergeReceipt>(path);
        if (ReceiptConsistency.Fault(receipt) is { } fault)
            throw new IntegrityException(path, $"the receipt contradicts itself: {fault}");
        if (receipt.Output.ConfigDigest != baseModel.ConfigDigest)
            throw new IntegrityException(path, "the receipt is of another folder: its config has another digest");
        return receipt.UndoFile is null ? null : new EarlierMerges(own, receipt.EarlierMerges ?? 0, receipt);
    }

    /// <summary>Copies what the base's receipt knows into the output's own folder: the earlier merges under their numbers, the last one under the next.</summary>
    /// <exception cref="IntegrityException">A file is missing or not the one of the receipt.</exception>
    public void CopyTo(OutputFolder output, CancellationToken cancellationToken)
    {
        var known = Known();
        var present = FolderManifest.List(_own).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, digest) in known.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            var path = Path.Combine(_own, name);
            if (!present.Contains(name))
                throw new IntegrityException(path, "missing, although the base's receipt names it");
            if (digest is not null && Digest.OfFile(path, cancellationToken) is var found && found != digest)
                throw new IntegrityException(path, $"SHA-256 {found} where the base's receipt says {digest}");
            var target = name.StartsWith(UndoFormat.Earlier + "/", StringComparison.Ordinal) ? name : $"{UndoFormat.Earlier}/{Count.ToString(CultureInfo.InvariantCulture)}/{name}";
            output.CopyIn(path, $"{UndoFormat.Folder}/{target}");
        }
    }

    /// <summary>Puts what a merged folder keeps of the merges before its last one back in their places.</summary>
    public static void Restore(string merged, MergeReceipt receipt, OutputFolder output)
    {
        if (receipt.EarlierMerges is not { } count)
            return;
        var last = $"{UndoFormat.Folder}/{UndoFormat.Earlier}/{count.ToString(CultureInfo.InvariantCulture)}/";
        foreach (var entry in receipt.Files.Where(f => f.Path.StartsWith($"{UndoFormat.Folder}/{UndoFormat.Earlier}/", StringComparison.Ordinal)))
        {
            var target = entry.Path.StartsWith(last, StringComparison.Ordinal) ? $"{UndoFormat.Folder}/{entry.Path[last.Length..]}" : entry.Path;
            output.CopyIn(Path.Combine(merged, entry.Path), target);
        }
    }

    /// <summary>A base that is said to be residual, of whose receipts one says that a merge has given back what the initialisation had taken out of it.</summary>
    /// <param name="isResidual">Whether the caller says that the base is residual.</param>
    /// <param name="baseModel">The base, if there is one.</param>
    /// <exception cref="MalformedInputException">A receipt breaks its format.</exception>
    public static IEnumerable<Finding> Check(bool isResidual, Checkpoint? baseModel)
    {
        if (isResidual && baseModel is not null && TookResidualBase(baseModel.Folder))
            yield return new Finding("base-mutated", Severity.Block, "init_lora_weights", "an earlier merge into this base gave back what the initialisation had taken out, so it is no residual base any more", "Merge into the residual base itself: unmerge this folder first.");
    }

    /// <summary>Throws where <see cref="Check"/> has something to say.</summary>
    /// <exception cref="MergePlanException">The base is no residual base any more.</exception>
    public static void Refuse(bool isResidual, Checkpoint baseModel)
    {
        if (Check(isResidual, baseModel).ToList() is { Count: > 0 } faults)
            throw new MergePlanException(baseModel.Folder, faults);
    }

    private static bool TookResidualBase(string folder)
    {
        var own = Path.Combine(folder, UndoFormat.Folder);
        return FilesIn(folder).Select(name => Path.Combine(folder, name)).Append(Path.Combine(own, UndoFormat.ReceiptFile))
            .Where(path => Path.GetFileName(path) == UndoFormat.ReceiptFile && File.Exists(path))
            .Any(path => Record.ReadFile<MergeReceipt>(path).Adapters.Any(a => a.ResidualBase == true));
    }

    /// <summary>The files of earlier merges in a folder, by their paths in it.</summary>
    public static IEnumerable<string> FilesIn(string folder)
    {
        var earlier = Path.Combine(folder, UndoFormat.Folder, UndoFormat.Earlier);
        return Directory.Exists(earlier) ? FolderManifest.List(earlier).Select(n => $"{UndoFormat.Folder}/{UndoFormat.Earlier}/{n}") : [];
    }

    /// <summary>The files under the base's own folder that its receipt covers, with their digests; the receipt and its checksum cover each other.</summary>
    private Dictionary<string, Digest?> Known()
    {
        const string Own = UndoFormat.Folder + "/";
        var known = new Dictionary<string, Digest?>(StringComparer.Ordinal) { [UndoFormat.ReceiptFile] = null, [UndoFormat.ChecksumFile] = null };
        foreach (var entry in Last.Files.Append(Last.UndoFile!).Where(f => f.Path.StartsWith(Own, StringComparison.Ordinal)))
            known[entry.Path[Own.Length..]] = entry.Sha256;
        foreach (var (index, adapter) in Last.Adapters.Index())
        {
            foreach (var file in adapter.Adapter.Files)
                known[$"{UndoFormat.Adapters}/{index.ToString(CultureInfo.InvariantCulture)}/{file.Path}"] = file.Sha256;
        }
        return known;
    }
}
