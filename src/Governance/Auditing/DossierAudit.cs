namespace Loragate.Governance.Auditing;

/// <summary>What came of holding a ledger against dossiers.</summary>
/// <param name="Findings">Every breach.</param>
/// <param name="Held">The entries of the decisions that lie in a dossier there.</param>
public sealed record DossierAudit(IReadOnlyList<AuditFinding> Findings, IReadOnlySet<long> Held)
{
    /// <summary>Nobody gave dossiers.</summary>
    public static DossierAudit None { get; } = new([], new HashSet<long>());
}
