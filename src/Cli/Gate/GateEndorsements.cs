using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Auditing;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Gate;

/// <summary>What people have signed, with the times that count: of a bundle that the ledger does not hold yet, the time at which this gate logs it.</summary>
internal sealed class GateEndorsements(Tool tool, Dossier dossier, LedgerWriter? ledger)
{
    /// <summary>The trust policy of a gate, after the gate itself was found in it; null where there is none.</summary>
    /// <exception cref="UsageException">The key is no gate's, or an author is unknown.</exception>
    public static TrustPolicy? Trust(Tool tool, GateRequest request, Signer? signer)
    {
        if (request.Trust is null || signer is null)
            return null;
        var trust = TrustPolicy.ReadFile(request.Trust);
        if (trust.FaultOf(signer, TrustedSigner.Gate, tool.Clock.GetUtcNow()) is { } fault)
            throw new UsageException($"--key {request.Signing?.Key}: {fault}. Give the gate's key the role '{TrustedSigner.Gate}' in {request.Trust}.");
        return request.Authors.FirstOrDefault(author => trust.Find(author) is null) is { } stranger
            ? throw new UsageException($"--author {stranger}: {request.Trust} names no such signer. Add it there, with the role '{TrustedSigner.Author}' and without keys if it signs nothing.")
            : trust;
    }

    /// <summary>Reads what lies in the dossier about an adapter and logs what is new.</summary>
    /// <param name="trust">Who counts; null for nobody.</param>
    /// <param name="history">What is logged so far; null without a ledger.</param>
    /// <param name="revocation">The last revocation of the adapter; null where there is none.</param>
    /// <param name="authors">Who made the adapter.</param>
    /// <param name="gate">The gate's key.</param>
    /// <param name="cancellationToken">Ends the wait for other writers.</param>
    /// <exception cref="IntegrityException">The ledger says something else of a bundle than it says itself.</exception>
    public Endorsements? Read(TrustPolicy? trust, LedgerHistory? history, AdapterRevocation? revocation, IReadOnlyList<string> authors, VerificationKey? gate, CancellationToken cancellationToken)
    {
        if (trust is null)
            return null;
        bool IsBefore(FiledBundle bundle) => history is not null && revocation is not null && !(Approval.DecisionIn(bundle) is { } seen && RevokedRelease.IsKnownTo(history, seen, revocation.Entry));
        return new Endorsements
        {
            Trust = trust,
            GateKey = gate!.Hint,
            Authors = [.. authors.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Approvals = [.. Read(EndorsementFiles.Approvals, EndorsementEntry.Approval, trust, history, cancellationToken).Select(bundle => bundle with { IsBeforeRevocation = IsBefore(bundle) })],
            Waivers = Read(EndorsementFiles.Waivers, EndorsementEntry.Waiver, trust, history, cancellationToken),
        };
    }

    /// <summary>A refusal that the ledger holds stands for its basis, wherever it was made and in whatever form. Where none that lies here counts, nothing is decided against it.</summary>
    /// <exception cref="IntegrityException">The dossier lacks one against what was judged, or it does not count, and no other does.</exception>
    public void RequireRefusals(Decision decision, Endorsements? endorsements, LedgerHistory? history)
    {
        if (history is null || endorsements is null || decision.Quorum is not { } quorum)
            return;
        var here = (decision.Approvals ?? []).ToLookup(approval => approval.Bundle);
        if (here.SelectMany(approvals => approvals).Any(approval => approval is { State: ApprovalState.Counted, Outcome: ApprovalOutcome.Refused }))
            return;
        foreach (var refusal in new StandingRefusals(history, endorsements.Trust, SignatureTimes.Of(history)).Against(ApprovalBasis.Of(decision).ComputeDigest(), [.. quorum.Select(demand => demand.Role)]))
        {
            var bundle = refusal.Entry.Subjects[0].Sha256;
            throw Unheard(refusal, here[bundle].FirstOrDefault() is { } uncounted
                ? $"its file, {uncounted.File}, is here and does not count ({uncounted.State}). Let somebody in its role refuse anew and that is counted, or have something else judged; without either nothing is decided"
                : $"its file, SHA-256 {bundle}, is not here. Put it here from the dossier in which it was signed and it is counted. Where it is lost, or says something else than the entry, let somebody in the role {EndorsementEntry.RefusedIn(refusal.Entry)} refuse anew, or have something else judged; an approval does not help, and without any of these nothing is decided");
        }
    }

    private IntegrityException Unheard(LoggedEvent refusal, string why) =>
        new(Path.Combine(dossier.Folder, EndorsementFiles.Approvals), $"entry {refusal.Index} of the ledger is a refusal of exactly what is judged here, and stands; {why}");

    private List<FiledBundle> Read(string kind, string type, TrustPolicy trust, LedgerHistory? history, CancellationToken cancellationToken)
    {
        List<FiledBundle> bundles = [.. EndorsementFiles.Read(dossier.Folder, kind).Select(file => Filed(type, file.File, file.Bytes, trust, history))];
        var entries = bundles.Where(bundle => !bundle.IsLogged).Select(bundle => EndorsementEntry.Of(type, bundle, trust)).OfType<LedgerEntry>().ToList();
        if (ledger is null || entries.Count == 0)
            return bundles;
        var times = ledger.Record(entries, cancellationToken).DistinctBy(entry => entry.Subjects[0].Sha256).ToDictionary(entry => entry.Subjects[0].Sha256, entry => entry.Time);
        return [.. bundles.Select(bundle => times.TryGetValue(bundle.Digest, out var time) ? bundle with { Time = time, IsLogged = true } : bundle)];
    }

    /// <summary>A bundle with the time that counts. What the ledger says of it must be what it says itself, or a decision that counts it could not be audited.</summary>
    /// <exception cref="IntegrityException">The entry about it says something else.</exception>
    private FiledBundle Filed(string type, string file, byte[] bytes, TrustPolicy trust, LedgerHistory? history)
    {
        if (history?.First(type, Digest.Of(bytes)) is not { } logged)
            return new FiledBundle(file, bytes, tool.Clock.GetUtcNow(), IsLogged: false);
        var bundle = new FiledBundle(file, bytes, logged.Entry.Time, IsLogged: true);
        return EndorsementEntry.Of(type, bundle, trust) is { } said && !EndorsementEntry.Says(logged.Entry, said)
            ? throw new IntegrityException(dossier.PathTo(file), $"entry {logged.Index} of the ledger is about this {type} and says something else than it{WayOn(logged.Entry)}")
            : bundle;
    }

    /// <summary>What to do about an entry that says something else than its bundle. One that says that somebody refuses stands for its basis, and no new approval takes it back.</summary>
    private static string WayOn(LedgerEntry logged) => EndorsementEntry.RefusedIn(logged) is { } role
        ? $": a refusal in the role {role}. Take the file away; with it nothing is decided. No entry is ever taken back: where it refuses exactly what is judged here, a new approval does not help. Let somebody in that role refuse anew and that is counted, or have something else judged"
        : ". Take the file away, and let whoever signed it sign anew; with it nothing is decided";
}
