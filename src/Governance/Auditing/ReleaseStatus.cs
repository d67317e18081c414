using Loragate.Artifacts.Records;
using Loragate.Governance.Approvals;

namespace Loragate.Governance.Auditing;

/// <summary>A release against the ledger (docs/formats/release.v1.md).</summary>
/// <param name="State">What it is.</param>
/// <param name="Ledger">The ledger's name.</param>
/// <param name="Adapter">The adapter's name; null for an unknown release.</param>
/// <param name="Number">Its number; null for an unknown release, and for one that was logged without.</param>
/// <param name="Latest">The highest number of its name that stands; null where none does.</param>
/// <param name="Reasons">Why it is not current, in sentences.</param>
/// <param name="Lifted">The rules that did not pass and that waivers lift; null where there are none, or the release is unknown or broken.</param>
public sealed record ReleaseStatus(ReleaseState State, string Ledger, string? Adapter, int? Number, int? Latest, IReadOnlyList<string> Reasons, IReadOnlyList<LiftedRule>? Lifted = null) : Record
{
    /// <inheritdoc/>
    public override string Schema => "loragate.release-status/1";
}
