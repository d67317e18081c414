using System.Collections.Concurrent;
using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Merging;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine;

/// <summary>Holds files against a merge receipt by hashing them; nothing is computed again.</summary>
public static class ReceiptVerifier
{
    /// <summary>The first thing in which a base folder (config, tokenizer and other carried files, tensors) differs from the receipt's base; null where it is the one.</summary>
    /// <exception cref="MalformedInputException">The folder is no checkpoint.</exception>
    public static string? BaseFault(MergeReceipt receipt, string folder, int threads, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        if (ReceiptConsistency.Fault(receipt) is { } contradiction)
            return $"the receipt contradicts itself: {contradiction}";
        using var checkpoint = Checkpoint.Open(folder);
        return checkpoint.ConfigDigest != receipt.Base.ConfigDigest
            ? $"{Checkpoint.ConfigFile} has SHA-256 {checkpoint.ConfigDigest} where the receipt says {receipt.Base.ConfigDigest}"
            : SideFiles.Fault(receipt, checkpoint, cancellationToken)
                ?? TensorFault(checkpoint, receipt.Inputs.ToDictionary(t => t.Name, StringComparer.Ordinal), threads, cancellationToken);
    }

    /// <summary>The first thing in which a merged folder differs from the receipt's output; null where it is the one.</summary>
    /// <exception cref="MalformedInputException">The folder is no checkpoint.</exception>
    public static string? OutputFault(MergeReceipt receipt, string folder, int threads, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        if (ReceiptConsistency.Fault(receipt) is { } contradiction)
            return $"the receipt contradicts itself: {contradiction}";
        foreach (var entry in receipt.UndoFile is { } undo ? receipt.Files.Append(undo) : receipt.Files)
        {
            var path = Path.Combine(folder, entry.Path);
            if (!File.Exists(path))
                return $"{entry.Path} is missing";
            if (Digest.OfFile(path, cancellationToken) is var found && found != entry.Sha256)
                return $"{entry.Path} has SHA-256 {found} where the receipt says {entry.Sha256}";
        }
        var checksum = Path.Combine(folder, UndoFormat.Folder, UndoFormat.ChecksumFile);
        if (File.Exists(checksum) && !ReceiptChecksum.Holds(checksum, receipt.ComputeDigest()))
            return $"{UndoFormat.Folder}/{UndoFormat.ChecksumFile} is not the checksum of this receipt";
        if (receipt.UndoFile is not null && AdapterFault(receipt, folder, cancellationToken) is { } other)
            return other;
        using var checkpoint = Checkpoint.Open(folder);
        if (Stranger(receipt, checkpoint) is { } stranger)
            return $"{stranger} is not in the receipt";
        return TensorFault(checkpoint, receipt.OutputTensors().ToDictionary(t => t.Name, StringComparer.Ordinal), threads, cancellationToken);
    }

    /// <summary>The first adapter kept for unmerge that is not the receipt's.</summary>
    private static string? AdapterFault(MergeReceipt receipt, string folder, CancellationToken cancellationToken)
    {
        for (var i = 0; i < receipt.Adapters.Count; i++)
        {
            var place = $"{UndoFormat.Folder}/{UndoFormat.Adapters}/{i.ToString(CultureInfo.InvariantCulture)}";
            var kept = Path.Combine(folder, place);
            if (!Directory.Exists(kept))
                return $"{place} is missing";
            if (FolderManifest.Read(kept, cancellationToken).Digest is var found && found != receipt.Adapters[i].Adapter.Digest)
                return $"{place} has SHA-256 {found} where the receipt says {receipt.Adapters[i].Adapter.Digest}";
        }
        return null;
    }

    /// <summary>The first file that neither the receipt nor the checkpoint's index names; loragate's own folder aside.</summary>
    private static string? Stranger(MergeReceipt receipt, Checkpoint checkpoint)
    {
        var known = receipt.Files.Select(f => f.Path).Concat(checkpoint.Shards.Select(s => Path.GetFileName(s.Path))).ToHashSet(StringComparer.Ordinal);
        return FolderManifest.List(checkpoint.Folder).FirstOrDefault(path => !known.Contains(path) && !path.StartsWith(UndoFormat.Folder + "/", StringComparison.Ordinal));
    }

    private static string? TensorFault(Checkpoint checkpoint, Dictionary<string, TensorDigest> expected, int threads, CancellationToken cancellationToken)
    {
        if (!expected.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(checkpoint.Tensors.Keys))
            return "the weights hold other tensors than the receipt names";
        if (checkpoint.Tensors.Values.OrderBy(t => t.Name, StringComparer.Ordinal).FirstOrDefault(t => t.Info.DType.ToString() != expected[t.Name].DType || !t.Info.Shape.SequenceEqual(expected[t.Name].Shape)) is { } other)
            return $"tensor '{other.Name}' of {Path.GetFileName(other.Shard.Path)} has another type or shape than the receipt says";
        var faults = new ConcurrentBag<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        InParallel.LargestFirst(checkpoint.Tensors.Values, t => t.Info.Length, options, tensor =>
        {
            var found = tensor.ComputeDigest(progress: null, cancellationToken);
            if (found != expected[tensor.Name].Sha256)
                faults.Add($"tensor '{tensor.Name}' of {Path.GetFileName(tensor.Shard.Path)} has SHA-256 {found} where the receipt says {expected[tensor.Name].Sha256}");
        });
        return faults.Order(StringComparer.Ordinal).FirstOrDefault();
    }
}
