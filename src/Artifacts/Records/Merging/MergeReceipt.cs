using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;

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
    /// <inheritdoc/>
    public override string Schema => "loragate.merge-receipt/1";
}
