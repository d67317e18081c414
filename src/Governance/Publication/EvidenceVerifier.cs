using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Approvals;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Policies;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Publication;

/// <summary>
/// Holds what lies in a dossier or report against itself: that the decision follows from the evidence, that the gate signed the records, and that its verdict and statements say
/// what these records say. Who vouches for all of it, the dossier's seal or the report's signature tells.
/// </summary>
internal sealed class EvidenceVerifier
{
    private readonly VerificationNotes _notes;
    private readonly ReportEvidence _evidence;
    private readonly SignerTrust _trust;
    private readonly TrustPolicy? _people;
    private readonly VerificationKey _key;
    private readonly string _build;

    /// <summary>Takes what is to be verified.</summary>
    /// <param name="notes">Where it is noted what holds and what does not.</param>
    /// <param name="evidence">The files.</param>
    /// <param name="trust">Who is trusted to have signed them.</param>
    /// <param name="people">The trust policy by which approvals and waivers are judged again; null leaves them unproved.</param>
    /// <param name="key">The key of the seal or of the report's signature: the gate signs its records with the same.</param>
    /// <param name="build">The build that made the bill of materials.</param>
    public EvidenceVerifier(VerificationNotes notes, ReportEvidence evidence, SignerTrust trust, TrustPolicy? people, VerificationKey key, string build) =>
        (_notes, _evidence, _trust, _people, _key, _build) = (notes, evidence, trust, people, key, build);

    /// <summary>Verifies all of it.</summary>
    public void Verify()
    {
        CheckDecision();
        CheckRecords();
        _notes.Findings.AddRange(new ReportStatements(_evidence, _trust).Verify());
        CheckPrevious();
        CheckTrials();
        TellUnproved();
    }

    /// <summary>Decides again from the evidence, and holds the outcome against the decision inside.</summary>
    private void CheckDecision()
    {
        var decision = _evidence.Decision;
        if (_evidence.Find(Dossier.PolicyFile) is not { } policyFile || policyFile.Digest != decision.Policy.Digest)
        {
            _notes.Refuse(SignatureFault.ChangedFile, Dossier.PolicyFile, $"the policy inside is not the one that was applied (SHA-256 {decision.Policy.Digest})");
            return;
        }
        var (policy, people) = (Policy.Parse(policyFile.Bytes.Span, Dossier.PolicyFile), Endorsements());
        if (PlanEvidence.Finding(_evidence.Records, policy) is { } other)
            _notes.Findings.Add(other);
        var isTold = decision.Trust is not null && people is null;
        var again = DecisionMaker.Decide(isTold ? ToldPeople.WithoutSigners(policy) : policy, _evidence.Records.EvidenceFor(policy, people), decision.AsOf);
        if (isTold)
        {
            _notes.NotProved.Add($"that the approvals and waivers count, and who signed trials: give the trust policy by which they were judged, '{decision.Trust!.Name}' {decision.Trust.Version} with SHA-256 {decision.Trust.Digest}, with --trust FILE");
            var told = new ToldPeople(policy, decision, _key.Hint);
            foreach (var rule in told.WaivedByNobody)
                _notes.Refuse(SignatureFault.MissingFile, Dossier.DecisionFile, $"the rule '{rule}' is called waived, and no waiver inside says so");
            foreach (var refusal in told.Refusals)
                _notes.Refuse(SignatureFault.OtherSubject, Dossier.DecisionFile, refusal);
            again = told.Complete(again);
        }
        else if (again.ToCanonicalJson().AsSpan().SequenceEqual(decision.ToCanonicalJson()))
        {
            _notes.Proved.Add("the decision follows from the evidence inside: it was decided again, with the same bytes");
            return;
        }
        var differences = DecisionDifference.Of(decision, again);
        foreach (var difference in differences)
            _notes.Refuse(SignatureFault.OtherSubject, Dossier.DecisionFile, difference);
        if (differences.Count > 0)
            return;
        if (!isTold)
            _notes.NotProved.Add("that the decision is the same byte for byte: another version of loragate words it otherwise");
        _notes.NotProved.AddRange(DecisionDifference.Renamed(decision, again));
    }

    private Endorsements? Endorsements()
    {
        if (_evidence.Decision.Trust is not { } trust || _people is null)
            return null;
        if (_people.Identity != trust)
        {
            _notes.Refuse(SignatureFault.OtherSubject, Dossier.DecisionFile, $"approvals were judged by the trust policy '{trust.Name}' {trust.Version} with SHA-256 {trust.Digest}, not by the one that was given");
            return null;
        }
        var logged = (_evidence.Decision.Approvals ?? []).Where(approval => approval.Logged is not null).Select(approval => approval.File).ToHashSet(StringComparer.Ordinal);
        IReadOnlyList<FiledBundle> Bundles(string kind) => [.. _evidence.Files.Where(file => EndorsementFiles.IsOne(file.Path) && file.Path.StartsWith(kind + "/", StringComparison.Ordinal)).Select(file => new FiledBundle(file.Path, file.Bytes, file.Time, logged.Contains(file.Path)) { IsBeforeRevocation = _evidence.Decision.IsBeforeRevocation(file.Path) })];
        return new Endorsements
        {
            Trust = _people,
            GateKey = _key.Hint,
            Authors = _evidence.Decision.Authors ?? [],
            Approvals = Bundles(EndorsementFiles.Approvals),
            Waivers = Bundles(EndorsementFiles.Waivers),
        };
    }

    /// <summary>Holds the records against the gate's signatures, and tells what none of them binds to the decision.</summary>
    private void CheckRecords()
    {
        if (_evidence.GateKey is { } shown && shown.Hint != _key.Hint)
            _notes.Refuse(SignatureFault.OtherSubject, DossierProofs.PublicKeyFile, $"it is the key {shown.Hint}, and the gate signed with another: {_key.Hint}");
        var records = new ReportRecords(_evidence, _key);
        _notes.Findings.AddRange(records.Findings);
        if (records.Undated is { Count: > 0 } undated)
            _notes.NotProved.Add($"when the evidence was collected, and so its age: no signature of the gate inside binds these to their runs: {string.Join(", ", undated)}");
        else
            _notes.Proved.Add("the gate signed the decision and every evaluation together with the run that tells when it was made");
        _notes.NotProved.AddRange(records.Unbound.Select(path => $"what {path} says: no signature of the gate inside binds it to the decision"));
        if (!records.BillFollows(_build))
            _notes.NotProved.Add($"what {DossierProofs.BillOfMaterials} says: it is not signed by itself, and another is made from the evidence inside");
    }

    /// <summary>The release before may have been judged by an earlier gate, whose key the verifier need not know.</summary>
    private void CheckPrevious()
    {
        if (_evidence.Find(Dossier.PreviousFile) is not { } previous)
            return;
        if (_evidence.Find(Dossier.PreviousMeasurementFile) is not null)
            _notes.NotProved.Add("how fast the release before was: the gate took its figures as they lay there");
        if (_evidence.Find(DossierProofs.PreviousVerdictFile) is not { } file)
        {
            _notes.NotProved.Add("how the release before was judged: the gate took it without proof");
            return;
        }
        var result = Attestation.Verify(file.Bytes, _trust, VerificationSummary.PredicateType, file.Path);
        if (result.IsByStranger)
            _notes.NotProved.Add($"how the release before was judged: its verdict is {result.Findings[0].Message}");
        else if (!result.IsValid)
            _notes.Findings.AddRange(result.Findings);
        else if (VerificationSummary.DecisionOf(result.Statement!) != previous.Digest)
            _notes.Refuse(SignatureFault.OtherSubject, file.Path, "the signed verdict on the release before is about another decision");
        else
            _notes.Proved.Add("the verdict on the release before is signed by somebody trusted");
    }

    /// <summary>What trials showed: recomputed from what is inside, and signed by whoever ran them, whose key the verifier need not know.</summary>
    private void CheckTrials()
    {
        var faults = TrialEvidence.Findings(_evidence);
        _notes.Findings.AddRange(faults);
        if (faults.Count > 0 || _evidence.Find(Dossier.TrialsFile) is not { } file)
            return;
        var report = Record.Parse<TrialReport>(file.Bytes, file.Path);
        if (_evidence.Find(DossierProofs.TrialsSignatureFile) is not { } signature)
        {
            _notes.NotProved.Add("what the trials showed: the gate took their figures without proof");
            return;
        }
        var result = _people is null ? TrialVerifier.Verify(report, signature.Bytes, _trust, signature.Path) : TrialVerifier.Verify(report, signature.Bytes, _people, _evidence.Decision.AsOf, signature.Path);
        if (result.IsByStranger)
            _notes.NotProved.Add($"what the trials showed: their report is {result.Findings[0].Message}");
        else if (!result.IsValid)
            _notes.Findings.AddRange(result.Findings);
        else
        {
            _notes.Proved.Add("the report of the trials is signed by somebody trusted");
            _notes.NotProved.Add("that the trials took place as their report says: it is the word of whoever ran them");
        }
    }

    /// <summary>What the gate took as it was told.</summary>
    private void TellUnproved()
    {
        if (_evidence.Records is { Receipt.Record.UndoFile: not null, Unmerge: null })
            _notes.NotProved.Add("that the merge can be taken back: the gate did not try it");
        if (_evidence.Find(Dossier.TrainingFile) is not null)
            _notes.NotProved.Add("that the adapter was trained as its receipt says: it is the trainer's own word");
        if (_evidence.Decision.Authors is not null)
            _notes.NotProved.Add("who made the adapter: the gate took it as it was told");
        _notes.NotProved.Add(_evidence.Decision.Revocation is null
            ? "that no release of this adapter had been revoked: it is what the gate found in its ledger, if it had one ('loragate ledger audit' tells)"
            : "that a release of this adapter was revoked as the decision says: it is what the gate found in its ledger ('loragate ledger audit' tells)");
    }
}
