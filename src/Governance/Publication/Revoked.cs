using Loragate.Artifacts;
using Loragate.Artifacts.Records;

namespace Loragate.Governance.Publication;

/// <summary>What <c>revoke</c> did, for machines (docs/formats/results.v1.md).</summary>
/// <param name="Adapter">The adapter's name.</param>
/// <param name="Number">The release's number; null where no gate gave it one.</param>
/// <param name="Release">The release's manifest digest.</param>
/// <param name="Signer">The id of who revoked it.</param>
/// <param name="Entry">The ledger's entry that revokes it.</param>
/// <param name="IsNew">Whether it was logged now; false where somebody known had revoked it before.</param>
public sealed record Revoked(string Adapter, int? Number, Digest Release, string Signer, long Entry, bool IsNew) : Record
{
    /// <inheritdoc/>
    public override string Schema => "loragate.revoked/1";
}
