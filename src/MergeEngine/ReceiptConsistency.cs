using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Inspecting;
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
        if (EarlierFault(receipt) is { } earlier)
            return earlier;
        return receipt.Files.Count(f => f.Path == Checkpoint.ConfigFile && f.Sha256 == receipt.Output.ConfigDigest) == 1
            ? null
            : $"the digest of {Checkpoint.ConfigFile} contradicts the output's";
    }

    /// <summary>The files of earlier merges carry the numbers from 1 to the count, and each has a receipt.</summary>
    private static string? EarlierFault(MergeReceipt receipt)
    {
        const string Earlier = $"{UndoFormat.Folder}/{UndoFormat.Earlier}/";
        var numbers = receipt.Files.Where(f => f.Path.StartsWith(Earlier, StringComparison.Ordinal)).Select(f => f.Path.Split('/')[2]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var receipts = receipt.Files.Where(f => f.Path.StartsWith(Earlier, StringComparison.Ordinal) && f.Path.EndsWith("/" + UndoFormat.ReceiptFile, StringComparison.Ordinal) && f.Path.Split('/').Length == 4).Select(f => f.Path.Split('/')[2]).Order(StringComparer.Ordinal);
        var count = receipt.EarlierMerges ?? 0;
        var expected = Enumerable.Range(1, Math.Clamp(count, 0, receipt.Files.Count)).Select(n => n.ToString(CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal).ToList();
        return count == expected.Count && numbers.SequenceEqual(expected) && receipts.SequenceEqual(expected) && receipt.EarlierMerges is null or > 0
            ? null
            : "its earlier merges are not the ones whose files it names";
    }

    /// <summary>A plain name, one in loragate/original/, or a path of plain names in loragate/earlier/NUMBER/.</summary>
    private static bool IsOwnName(string path)
    {
        if (!path.Split('/').All(IsPlain))
            return false;
        var parts = path.Split('/');
        return parts.Length == 1
            || (parts is [ChatTemplates.Folder, _])
            || (parts is [UndoFormat.Folder, UndoFormat.Originals, _])
            || (parts is [UndoFormat.Folder, UndoFormat.Earlier, var number, _, ..] && number[0] != '0' && number.All(char.IsAsciiDigit));
    }

    private static bool IsPlain(string name) =>
        name.Length > 0 && name is not ("." or "..") && !name.Contains('\\', StringComparison.Ordinal) && !name.Contains('\0', StringComparison.Ordinal);

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
        if (receipt.Inputs.FirstOrDefault(t => !IsPossible(t.Shape)) is { } impossible)
            return $"tensor '{impossible.Name}' has an impossible shape";
        if (receipt.DType is not ("keep" or nameof(DType.F32) or nameof(DType.BF16) or nameof(DType.F16)))
            return $"the merged type is '{receipt.DType}'";
        if (receipt.Merged.FirstOrDefault(t => t.Source is not null && inputs.ContainsKey(t.Name)) is { } had)
            return $"tensor '{had.Name}' was in the base and is said to be made from '{had.Source}'";
        if (receipt.UndoBitsPerWeight is { } bits && (receipt.UndoFile is null || bits != MergeReceipt.UndoBitsPerWeightOf(receipt.Merged)))
            return "the side-car's bits a weight are not those of its tensors";
        return receipt.Merged.FirstOrDefault(t => !inputs.TryGetValue(t.Source ?? t.Name, out var before) || before != t.Before) is { } odd
            ? $"tensor '{odd.Name}' was another one before the merge than among the inputs"
            : null;
    }

    /// <summary>Whether a file could hold such a tensor.</summary>
    private static bool IsPossible(IReadOnlyList<long> shape) =>
        shape.All(d => d is >= 0 and <= int.MaxValue) && shape.Aggregate(1.0, (product, d) => product * Math.Max(1, d)) < 1L << 50;

    private static string? WeightsFault(MergeReceipt receipt)
    {
        if (TensorDigest.OfWeights(receipt.Inputs) != receipt.Base.WeightsDigest)
            return "the base's weights digest is not the one of the inputs";
        return TensorDigest.OfWeights(receipt.OutputTensors()) == receipt.Output.WeightsDigest ? null : "the output's weights digest is not the one of its tensors";
    }
}
