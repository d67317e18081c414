using Loragate.Artifacts.Records;

namespace Loragate.Governance.Auditing;

/// <summary>What an audit of a ledger's meaning found (docs/formats/ledger.v1.md).</summary>
/// <param name="Ledger">The ledger's name.</param>
/// <param name="Entries">How many entries it has.</param>
/// <param name="Releases">How many of them are releases.</param>
/// <param name="Dossiers">How many decisions were held against their dossiers.</param>
/// <param name="Findings">Every breach, by entry.</param>
/// <param name="NotProved">What was not looked at, in sentences; null where all was.</param>
public sealed record ReleaseAudit(string Ledger, long Entries, int Releases, int Dossiers, IReadOnlyList<AuditFinding> Findings, IReadOnlyList<string>? NotProved = null) : Record
{
    /// <inheritdoc/>
    public override string Schema => "loragate.ledger-audit/1";
}
