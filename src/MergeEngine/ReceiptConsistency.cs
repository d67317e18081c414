using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine;

/// <summary>
/// Holds a receipt against itself. It comes from a folder that anybody may have written, so its names must not lead out of that folder and
/// its digests must follow from each other; what is left, the files prove.
/// </summary>
internal static class ReceiptConsistency
{
    /// <summary>The first contradiction in a receipt; null where there is none.</summary>
    public static string? Fault(MergeReceipt receipt) => PathFault(receipt) ?? AdapterFault(receipt) ?? TensorFault(receipt) ?? WeightsFault(receipt);

    private static string? PathFault(MergeReceipt receipt)
    {
        if (receipt.UndoFile is { } undo && undo.Path != $"{UndoFormat.Folder}/{UndoFormat.File}")
            return $"the side-car is said to be '{undo.Path}'";
        if (receipt.Files.Select(f => f.Path).FirstOrDefault(p => !IsOwnName(p)) is { } odd)
            return $"names the file '{odd}', which no merge writes";
        return receipt.Files.Count(f => f.Path == Checkpoint.ConfigFile && f.Sha256 == receipt.Output.ConfigDigest) == 1
            ? null
            : $"the digest of {Checkpoint.ConfigFile} contradicts the output's";
    }

    private static bool IsOwnName(string path)
    {
        const string Originals = $"{UndoFormat.Folder}/{UndoFormat.Originals}/";
        var name = path.StartsWith(Originals, StringComparison.Ordinal) ? path[Originals.Length..] : path;
        return name.Length > 0 && name is not ("." or "..") && !name.Contains('/', StringComparison.Ordinal) && !name.Contains('\\', StringComparison.Ordinal) && !name.Contains('\0', StringComparison.Ordinal);
    }

    private static string? AdapterFault(MergeReceipt receipt) =>
        receipt.Adapters.FirstOrDefault(a => Digest.Of(RecordJson.Canonical(a.Adapter.Files)) != a.Adapter.Digest) is { } odd
            ? $"the files of adapter '{odd.Adapter.Name}' do not have its digest"
            : null;

    private static string? TensorFault(MergeReceipt receipt)
    {
        var inputs = receipt.Inputs.DistinctBy(t => t.Name).ToDictionary(t => t.Name, t => t.Sha256, StringComparer.Ordinal);
        if (inputs.Count != receipt.Inputs.Count || receipt.Merged.DistinctBy(t => t.Name).Count() != receipt.Merged.Count)
            return "names a tensor twice";
        if (receipt.Inputs.FirstOrDefault(t => !Enum.TryParse<DType>(t.DType, out var type) || type.ToString() != t.DType) is { } unknown)
            return $"tensor '{unknown.Name}' has the unknown type '{unknown.DType}'";
        if (receipt.DType is not ("keep" or nameof(DType.F32) or nameof(DType.BF16) or nameof(DType.F16)))
            return $"the merged type is '{receipt.DType}'";
        return receipt.Merged.FirstOrDefault(t => !inputs.TryGetValue(t.Name, out var before) || before != t.Before) is { } odd
            ? $"tensor '{odd.Name}' was another one before the merge than among the inputs"
            : null;
    }

    private static string? WeightsFault(MergeReceipt receipt)
    {
        if (TensorDigest.OfWeights(receipt.Inputs) != receipt.Base.WeightsDigest)
            return "the base's weights digest is not the one of the inputs";
        return TensorDigest.OfWeights(receipt.OutputTensors()) == receipt.Output.WeightsDigest ? null : "the output's weights digest is not the one of its tensors";
    }
}
