using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Safetensors;

namespace Loragate.Artifacts.Records.Merging;

/// <summary>Proof of a merge: what went in, what came out, and what rounding did on the way.</summary>
/// <param name="Engine">The merge engine and its arithmetic.</param>
/// <param name="Base">The base checkpoint.</param>
/// <param name="Adapters">The adapters in the order in which they were added.</param>
/// <param name="DType">"keep", or the type that all merged tensors were rounded to.</param>
/// <param name="Inputs">Every tensor of the base, by name.</param>
/// <param name="Output">The merged checkpoint.</param>
/// <param name="Merged">The tensors that changed, by name; all others are the base's own.</param>
/// <param name="Files">Every file of the output folder but the receipt itself.</param>
/// <param name="UndoFile">The side-car of exact unmerge, null if none was asked for.</param>
public sealed record MergeReceipt(
    EngineInfo Engine,
    CheckpointIdentity Base,
    IReadOnlyList<AppliedAdapter> Adapters,
    string DType,
    IReadOnlyList<TensorDigest> Inputs,
    CheckpointIdentity Output,
    IReadOnlyList<MergedTensor> Merged,
    IReadOnlyList<FileEntry> Files,
    FileEntry? UndoFile) : Record
{
    private static readonly string[] TokenizerFiles = ["tokenizer.json", "tokenizer_config.json", "generation_config.json"];

    /// <summary>The fidelity of all changed tensors together.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Fidelity TotalFidelity => Fidelity.Total(Merged.Select(t => t.Fidelity));

    /// <summary>Side-cars and receipts of merges that the base already carries, the oldest first: how many merges unmerge can take off before this one's base.</summary>
    public int? EarlierMerges { get; init; }

    /// <summary>Bits of the side-car a weight of <see cref="Merged"/>: Σ undoBits / Σ elements; null without a side-car, and in receipts from before this field.</summary>
    public double? UndoBitsPerWeight { get; init; }

    /// <summary>The schema of these records.</summary>
    public const string SchemaName = "loragate.merge-receipt/1";

    /// <inheritdoc/>
    public override string Schema => SchemaName;

    /// <summary><see cref="UndoBitsPerWeight"/> of some tensors; 0 where they have no weights.</summary>
    public static double UndoBitsPerWeightOf(IReadOnlyList<MergedTensor> merged)
    {
        ArgumentNullException.ThrowIfNull(merged);
        return merged.Sum(t => t.UndoBits ?? 0) / (double)Math.Max(1, merged.Sum(t => t.Fidelity.Elements));
    }

    /// <summary>Every tensor of the output, by name: the inputs, in the place of those that changed what came out, and what was added.</summary>
    /// <exception cref="KeyNotFoundException">An added tensor names a source that is no input.</exception>
    public IReadOnlyList<TensorDigest> OutputTensors()
    {
        var inputs = Inputs.ToDictionary(t => t.Name, StringComparer.Ordinal);
        var after = Merged.ToDictionary(t => t.Name, t => t.After, StringComparer.Ordinal);
        var kept = Inputs.Select(t => after.TryGetValue(t.Name, out var merged) ? t with { DType = OutputType(t), Sha256 = merged } : t);
        var added = Merged.Where(t => t.Source is not null).Select(t => inputs[t.Source!] with { Name = t.Name, DType = OutputType(inputs[t.Source!]), Sha256 = t.After });
        return [.. kept.Concat(added).OrderBy(t => t.Name, StringComparer.Ordinal)];
    }

    /// <summary>The tokenizer of base and output, which a merge carries along unchanged, named as in <see cref="Evaluating.EvaluatedModel"/>; null where no <c>tokenizer.json</c> was carried.</summary>
    public Digest? TokenizerDigest()
    {
        var own = Files.Where(file => TokenizerFiles.Contains(file.Path)).ToDictionary(file => file.Path, file => file.Sha256, StringComparer.Ordinal);
        return own.ContainsKey(TokenizerFiles[0]) ? Digest.Of(RecordJson.Canonical(own)) : null;
    }

    private string OutputType(TensorDigest input) =>
        DType != "keep" && Enum.TryParse<DType>(input.DType, out var type) && type.IsMergeable ? DType : input.DType;
}
