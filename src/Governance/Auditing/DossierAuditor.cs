using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Ledger;
using Loragate.Governance.Policies;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Auditing;

/// <summary>Holds the ledger's decisions against the dossiers that they are about: the ledger's words are the gate's, the signatures are the people's.</summary>
public static class DossierAuditor
{
    private const string NameTheFolder = "Name the folder that holds the dossiers.";

    /// <summary>Every breach, and which decisions were found in dossiers.</summary>
    /// <param name="folder">A folder of dossiers.</param>
    /// <param name="history">The ledger's entries, after they hashed to its signed root.</param>
    /// <param name="trust">Who may sign what.</param>
    /// <param name="times">When people signed.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    /// <exception cref="FolderException">No such folder, a dossier itself, or a folder without any.</exception>
    public static DossierAudit Audit(string folder, LedgerHistory history, TrustPolicy trust, SignatureTimes times, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trust);
        if (!Directory.Exists(folder))
            throw new FolderException(folder, "no such folder", NameTheFolder);
        if (Dossier.IsDossier(folder))
            throw new FolderException(folder, "a dossier itself", NameTheFolder);
        if (Directory.EnumerateDirectories(folder).Where(Dossier.IsDossier).Order(StringComparer.Ordinal).ToList() is not { Count: > 0 } dossiers)
            throw new FolderException(folder, "no dossier lies in it", NameTheFolder);
        var findings = new List<AuditFinding>();
        var held = new HashSet<long>();
        foreach (var dossier in dossiers)
        {
            var (path, name) = (Path.Combine(dossier, Dossier.DecisionFile), Path.GetFileName(dossier));
            if (UnsafeEntry(dossier) is { } entry)
            {
                findings.Add(new AuditFinding(null, $"dossier {name}: {entry}"));
            }
            else if (!File.Exists(path))
            {
                findings.Add(new AuditFinding(null, $"dossier {name}: no {Dossier.DecisionFile}: its gate has not ended, or somebody took it away"));
            }
            else if (history.First(DecisionData.EntryType, Digest.OfFile(path, cancellationToken)) is not { } logged)
            {
                findings.Add(new AuditFinding(null, $"dossier {name}: {Dossier.DecisionFile} is no decision that the ledger holds: it was changed, or never logged"));
            }
            else
            {
                held.UnionWith(Entries(history, logged).Select(same => same.Index));
                findings.AddRange(Faults(dossier, history, logged, trust, times, cancellationToken).Select(fault => new AuditFinding(logged.Index, $"dossier {name}: {fault}")));
            }
        }
        return new DossierAudit(findings, held);
    }

    /// <summary>What is neither a plain file nor a folder, found before anything is opened: a pipe in the place of a file would be waited for. Null where nothing is.</summary>
    private static string? UnsafeEntry(string dossier)
    {
        try
        {
            _ = FolderManifest.List(dossier);
            return null;
        }
        catch (FolderException e)
        {
            return $"{Path.GetRelativePath(dossier, e.Place)}: {e.Fault}";
        }
    }

    /// <summary>Every entry of a decision: gates with other keys may have logged the same one.</summary>
    private static IEnumerable<LoggedEvent> Entries(LedgerHistory history, LoggedEvent decision) =>
        history.OfType(DecisionData.EntryType).Where(logged => logged.Entry.Subjects.SequenceEqual(decision.Entry.Subjects));

    private static IEnumerable<string> Faults(string dossier, LedgerHistory history, LoggedEvent logged, TrustPolicy trust, SignatureTimes times, CancellationToken cancellationToken)
    {
        var gates = trust.TrustIn(TrustedSigner.Gate, logged.Entry.Time);
        var findings = DossierSeal.Verify(dossier, gates, cancellationToken).Findings;
        foreach (var finding in findings)
            yield return finding.ToString();
        if (findings.Count == 0 && SealKey(dossier, trust, logged) is var key && Entries(history, logged).All(entry => DecisionData.Read(entry.Entry)?.Gate != key))
            yield return $"sealed with the key {key.Abbreviated}, which no entry of this decision names";
        var decision = Record.ReadFile<Decision>(Path.Combine(dossier, Dossier.DecisionFile));
        var claimed = DecisionData.Read(logged.Entry);
        if (claimed is null || !claimed.SaysSameAs(DecisionData.Of(decision, claimed.Gate)))
            yield return "the ledger's entry does not say what the decision says";
        if (PolicyFault(dossier, decision) is { } fault)
            yield return fault;
        foreach (var finding in findings.Count == 0 ? DossierVerifier.Verify(dossier, gates).Findings : [])
            yield return finding.ToString();
        var counted = DecisionMaker.LinksOf(decision).ToHashSet();
        foreach (var link in counted.Except(decision.Evidence))
            yield return $"the decision counts {link.Path} and does not cite it";
        foreach (var link in decision.Evidence.Where(link => link.Schema is Approval.PredicateType or Waiver.PredicateType).Union(counted))
        {
            var path = Path.Combine(dossier, link.Path);
            if (SignatureFaultOf(path, link, history, logged, trust, times) is { } unsound)
                yield return $"{link.Path} {unsound}";
        }
    }

    /// <summary>Whether the decision asks whom its policy asks: the ledger has only the gate's word for it. It is told also where the dossier's seal does not hold, and so no more of it is read.</summary>
    private static string? PolicyFault(string dossier, Decision decision)
    {
        var path = Path.Combine(dossier, Dossier.PolicyFile);
        if (!File.Exists(path) || Digest.OfFile(path) != decision.Policy.Digest)
            return $"{Dossier.PolicyFile} is not the policy that was applied: whom it asks, nobody can tell";
        ApprovalDemand demand;
        try
        {
            demand = Policy.ReadFile(path).Demand;
        }
        catch (PolicyException e)
        {
            return $"{Dossier.PolicyFile} cannot be read: {e.Fault}";
        }
        if (!demand.Roles.SequenceEqual((decision.Quorum ?? []).Select(role => new RoleDemand(role.Role, role.People))))
            return "the decision asks other people than its policy";
        return demand.ExcludeAuthor && decision.AuthorsMayApprove is true ? "the decision lets authors approve, whom its policy excludes" : null;
    }

    private static Digest SealKey(string dossier, TrustPolicy trust, LoggedEvent logged) =>
        trust.Identify(SigstoreBundle.Parse(PlainFile.Read(Path.Combine(dossier, DossierSeal.FileName), SigstoreBundle.MaxBytes), DossierSeal.FileName).Material, logged.Entry.Time, DossierSeal.FileName).Key.Hint;

    /// <summary>Why a signature that the decision counts is none, as the end of a sentence; null where it is one. Here lies the certificate, which the ledger does not hold.</summary>
    private static string? SignatureFaultOf(string path, EvidenceLink link, LedgerHistory history, LoggedEvent logged, TrustPolicy trust, SignatureTimes times)
    {
        if (!File.Exists(path))
            return "is missing";
        var bytes = PlainFile.Read(path, EndorsementFiles.MaxBytes);
        if (Digest.Of(bytes) is var found && found != link.Digest)
            return $"was changed: it has SHA-256 {found} where the decision counts {link.Digest}";
        var type = link.Schema == Approval.PredicateType ? EndorsementEntry.Approval : EndorsementEntry.Waiver;
        var time = times.Of(type, link.Digest) ?? logged.Entry.Time;
        return EndorsementEntry.Of(type, new FiledBundle(link.Path, bytes, time, IsLogged: true), trust) is not { } said ? "is no signature of somebody whom the trust policy names"
            : history.First(type, link.Digest) is { } entry && !EndorsementEntry.Says(entry.Entry, said) ? $"is not what entry {entry.Index} logged of it"
            : trust.Identify(SigstoreBundle.Parse(bytes, link.Path).Material, time, link.Path).Fault(link.Path) is { } lost ? $"does not count: {lost.Fault}"
            : null;
    }
}
