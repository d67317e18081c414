using Loragate.Artifacts.Records.Merging;

namespace Loragate.Artifacts.Records.Auditing;

/// <summary>What a merge that somebody made with any tool is, tensor by tensor.</summary>
/// <param name="Engine">The auditor and its arithmetic.</param>
/// <param name="Base">The base.</param>
/// <param name="Adapters">The adapters that were to be merged, in order.</param>
/// <param name="Merged">The checkpoint that was audited.</param>
/// <param name="Equivalent">Whether it is the merge of these adapters into this base, rounding aside.</param>
/// <param name="Tensors">Every tensor of either side, by name.</param>
/// <param name="Files">Config and tokenizer files, by name.</param>
public sealed record MergeAudit(
    EngineInfo Engine,
    CheckpointIdentity Base,
    IReadOnlyList<AppliedAdapter> Adapters,
    CheckpointIdentity Merged,
    bool Equivalent,
    IReadOnlyList<AuditedTensor> Tensors,
    IReadOnlyList<AuditedFile> Files) : Record
{
    /// <inheritdoc/>
    public override string Schema => "loragate.merge-audit/1";
}
