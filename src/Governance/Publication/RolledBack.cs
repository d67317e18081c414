using Loragate.Artifacts;
using Loragate.Artifacts.Records;

namespace Loragate.Governance.Publication;

/// <summary>What <c>rollback</c> did, for machines (docs/formats/results.v1.md).</summary>
/// <param name="Adapter">The adapter's name.</param>
/// <param name="Number">The number of the release that was taken back; null where no gate gave it one.</param>
/// <param name="Release">Its manifest digest.</param>
/// <param name="To">What is used instead: a release by its manifest digest, or the base by its weights digest.</param>
/// <param name="ToNumber">The number of the release that is used instead; null for the base.</param>
/// <param name="Signer">The id of who took it back.</param>
/// <param name="Entries">The ledger's entries: the revocation, and what is used instead.</param>
public sealed record RolledBack(string Adapter, int? Number, Digest Release, Digest To, int? ToNumber, string Signer, IReadOnlyList<long> Entries) : Record
{
    /// <inheritdoc/>
    public override string Schema => "loragate.rolled-back/1";
}
