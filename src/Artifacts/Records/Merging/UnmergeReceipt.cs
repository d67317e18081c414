namespace Loragate.Artifacts.Records.Merging;

/// <summary>Proof of a rollback: the restored weights are, tensor by tensor, the ones that the merge started from.</summary>
/// <param name="Engine">The merge engine and its arithmetic.</param>
/// <param name="Merge">The digest of the merge receipt that was undone.</param>
/// <param name="Restored">The restored checkpoint; its weights digest equals the base's in the merge receipt.</param>
public sealed record UnmergeReceipt(EngineInfo Engine, Digest Merge, CheckpointIdentity Restored) : Record
{
    /// <summary>The schema of these records.</summary>
    public const string SchemaName = "loragate.unmerge-receipt/1";

    /// <inheritdoc/>
    public override string Schema => SchemaName;

    /// <summary>Whether this proves that exactly this merge gives back the base that it started from.</summary>
    public bool IsOf(MergeReceipt merge)
    {
        ArgumentNullException.ThrowIfNull(merge);
        return Merge == merge.ComputeDigest() && Restored == merge.Base;
    }
}
