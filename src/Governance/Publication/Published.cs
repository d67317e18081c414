using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Governance.Approvals;

namespace Loragate.Governance.Publication;

/// <summary>What <c>publish</c> did, for machines (docs/formats/results.v1.md).</summary>
/// <param name="Adapter">The adapter's name.</param>
/// <param name="AdapterDigest">The adapter's digest.</param>
/// <param name="Image">The image's digest: by it one release is pulled and no other.</param>
/// <param name="Publisher">The hint of the key that states who published it; null where nobody does.</param>
/// <param name="Lifted">The rules that waivers lift; null where none does.</param>
public sealed record Published(string Adapter, Digest AdapterDigest, Digest Image, Digest? Publisher, IReadOnlyList<LiftedRule>? Lifted = null) : Record
{
    /// <inheritdoc/>
    public override string Schema => "loragate.published/1";
}
