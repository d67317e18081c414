using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Approvals;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Policies;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Reports.Pdf;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Publication;

/// <summary>
/// Verifies a report by itself, offline: who signed the whole file, that the decision follows from the evidence inside, that the pages are those which this
/// evidence gives, and with a verifier key that the decision is logged.
/// </summary>
public sealed class ReportVerifier
{
    private readonly SignerTrust _trust;
    private readonly TrustPolicy? _people;
    private readonly LedgerVerifier? _log;
    private readonly string _place;
    private readonly string _build;
    private readonly List<VerificationFinding> _findings = [];
    private readonly List<string> _proved = [];
    private readonly List<string> _open = [];

    private ReportVerifier(SignerTrust trust, TrustPolicy? people, LedgerVerifier? log, string place, string build) =>
        (_trust, _people, _log, _place, _build) = (trust, people, log, place, build);

    /// <summary>Verifies a report; one whose signature does not hold is not read any further.</summary>
    /// <param name="report">The file's bytes.</param>
    /// <param name="trust">Who is trusted to have signed it.</param>
    /// <param name="people">The trust policy by which approvals and waivers are judged again; null leaves them unproved.</param>
    /// <param name="log">The ledger's key; null proves nothing of the ledger.</param>
    /// <param name="place">The file's name, for messages.</param>
    /// <param name="build">The build that verifies: pages that name it come out again, or are refused.</param>
    /// <exception cref="PdfException">No report.</exception>
    public static ReportVerification Verify(ReadOnlyMemory<byte> report, SignerTrust trust, TrustPolicy? people, LedgerVerifier? log, string place, string build)
    {
        ArgumentNullException.ThrowIfNull(trust);
        var verifier = new ReportVerifier(trust, people, log, place, build);
        var file = PdfFile.Parse(report, place);
        // What nobody trusted vouches for is not opened: it may be made to take all memory.
        if (verifier.CheckSignature(report) is not { } key)
            return new ReportVerification(verifier._findings, null, [], []);
        ReportEvidence? evidence = null;
        try
        {
            evidence = ReportEvidence.Of(ReportAttachments.Read(file, place));
            verifier.CheckDecision(evidence, key);
            verifier.CheckRecords(file, evidence, key);
            verifier._findings.AddRange(new ReportStatements(evidence, trust).Verify());
            verifier.CheckPrevious(evidence);
            verifier.CheckTrials(evidence);
            verifier.TellUnproved(evidence);
            verifier.CheckLedger(evidence);
            verifier.CheckPages(file, evidence);
        }
        catch (IntegrityException e)
        {
            verifier.Refuse(SignatureFault.ChangedFile, e.Place, e.Fault);
        }
        catch (MalformedInputException e)
        {
            verifier.Refuse(SignatureFault.ChangedFile, e.Place, e.Fault);
        }
        var findings = verifier._findings;
        return new ReportVerification(findings, evidence?.Decision, findings.Count == 0 ? verifier._proved : [], verifier._open);
    }

    private void Refuse(SignatureFault fault, string place, string message) => _findings.Add(new VerificationFinding(fault, place, message));

    private VerificationKey? CheckSignature(ReadOnlyMemory<byte> report)
    {
        try
        {
            var (key, stamped) = ReportSignature.Verify(report, _trust, _place);
            _proved.Add("the whole file, from its first byte to its last, is as it was signed");
            if (stamped is { } time)
                _open.Add(string.Create(CultureInfo.InvariantCulture, $"that the signature is as old as its time stamp says ({time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC): whether its authority is to be trusted is not judged here"));
            return key;
        }
        catch (SignatureException e)
        {
            Refuse(e.Kind, e.Place, $"{e.Fault}; no more of the report was read");
            return null;
        }
    }

    /// <summary>Decides again from the evidence, and holds the outcome against the decision inside.</summary>
    private void CheckDecision(ReportEvidence evidence, VerificationKey key)
    {
        var decision = evidence.Decision;
        if (evidence.Find(Dossier.PolicyFile) is not { } policyFile || policyFile.Digest != decision.Policy.Digest)
        {
            Refuse(SignatureFault.ChangedFile, Dossier.PolicyFile, $"the policy inside is not the one that was applied (SHA-256 {decision.Policy.Digest})");
            return;
        }
        var (policy, people) = (Policy.Parse(policyFile.Bytes.Span, Dossier.PolicyFile), Endorsements(evidence, key));
        if (PlanEvidence.Finding(evidence.Records, policy) is { } other)
            _findings.Add(other);
        var isTold = decision.Trust is not null && people is null;
        var again = DecisionMaker.Decide(isTold ? ToldPeople.WithoutSigners(policy) : policy, evidence.Records.EvidenceFor(policy, people), decision.AsOf);
        if (isTold)
        {
            _open.Add("that the approvals and waivers count, and who signed trials: give the trust policy with --trust FILE");
            var told = new ToldPeople(policy, decision, key.Hint);
            foreach (var rule in told.WaivedByNobody)
                Refuse(SignatureFault.MissingFile, Dossier.DecisionFile, $"the rule '{rule}' is called waived, and no waiver inside says so");
            foreach (var refusal in told.Refusals)
                Refuse(SignatureFault.OtherSubject, Dossier.DecisionFile, refusal);
            again = told.Complete(again);
        }
        else if (again.ToCanonicalJson().AsSpan().SequenceEqual(decision.ToCanonicalJson()))
        {
            _proved.Add("the decision follows from the evidence inside: it was decided again, with the same bytes");
            return;
        }
        var differences = DecisionDifference.Of(decision, again);
        foreach (var difference in differences)
            Refuse(SignatureFault.OtherSubject, Dossier.DecisionFile, difference);
        if (differences.Count > 0)
            return;
        if (!isTold)
            _open.Add("that the decision is the same byte for byte: another version of loragate words it otherwise");
        _open.AddRange(DecisionDifference.Renamed(decision, again));
    }

    private Endorsements? Endorsements(ReportEvidence evidence, VerificationKey key)
    {
        if (evidence.Decision.Trust is not { } trust || _people is null)
            return null;
        if (_people.Identity != trust)
        {
            Refuse(SignatureFault.OtherSubject, Dossier.DecisionFile, $"approvals were judged by the trust policy '{trust.Name}' {trust.Version} with SHA-256 {trust.Digest}, not by the one that was given");
            return null;
        }
        var logged = (evidence.Decision.Approvals ?? []).Where(approval => approval.Logged is not null).Select(approval => approval.File).ToHashSet(StringComparer.Ordinal);
        IReadOnlyList<FiledBundle> Bundles(string kind) => [.. evidence.Files.Where(file => EndorsementFiles.IsOne(file.Path) && file.Path.StartsWith(kind + "/", StringComparison.Ordinal)).Select(file => new FiledBundle(file.Path, file.Bytes, file.Time, logged.Contains(file.Path)) { IsBeforeRevocation = evidence.Decision.IsBeforeRevocation(file.Path) })];
        return new Endorsements
        {
            Trust = _people,
            GateKey = key.Hint,
            Authors = evidence.Decision.Authors ?? [],
            Approvals = Bundles(EndorsementFiles.Approvals),
            Waivers = Bundles(EndorsementFiles.Waivers),
        };
    }

    /// <summary>Holds the records against the gate's signatures, and tells what none of them binds to the decision.</summary>
    private void CheckRecords(PdfFile file, ReportEvidence evidence, VerificationKey key)
    {
        if (evidence.GateKey is { } shown && shown.Hint != key.Hint)
            Refuse(SignatureFault.OtherSubject, DossierProofs.PublicKeyFile, $"it is the key {shown.Hint}, and another signed the report: {key.Hint}");
        var records = new ReportRecords(evidence, key);
        _findings.AddRange(records.Findings);
        if (records.Undated is { Count: > 0 } undated)
            _open.Add($"when the evidence was collected, and so its age: no signature of the gate inside binds these to their runs: {string.Join(", ", undated)}");
        else
            _proved.Add("the gate signed the decision and every evaluation together with the run that tells when it was made");
        _open.AddRange(records.Unbound.Select(path => $"what {path} says: no signature of the gate inside binds it to the decision"));
        if (!records.BillFollows(DrawnBy.Of(file) ?? _build))
            _open.Add($"what {DossierProofs.BillOfMaterials} says: it is not signed, and this build of loragate ({_build}) makes another from the evidence inside");
    }

    /// <summary>The release before may have been judged by an earlier gate, whose key the verifier need not know.</summary>
    private void CheckPrevious(ReportEvidence evidence)
    {
        if (evidence.Find(Dossier.PreviousFile) is not { } previous)
            return;
        if (evidence.Find(Dossier.PreviousMeasurementFile) is not null)
            _open.Add("how fast the release before was: the gate took its figures as they lay there");
        if (evidence.Find(DossierProofs.PreviousVerdictFile) is not { } file)
        {
            _open.Add("how the release before was judged: the gate took it without proof");
            return;
        }
        var result = Attestation.Verify(file.Bytes, _trust, VerificationSummary.PredicateType, file.Path);
        if (result.IsByStranger)
            _open.Add($"how the release before was judged: its verdict is {result.Findings[0].Message}");
        else if (!result.IsValid)
            _findings.AddRange(result.Findings);
        else if (VerificationSummary.DecisionOf(result.Statement!) != previous.Digest)
            Refuse(SignatureFault.OtherSubject, file.Path, "the signed verdict on the release before is about another decision");
        else
            _proved.Add("the verdict on the release before is signed by somebody trusted");
    }

    /// <summary>What trials showed: recomputed from what is inside, and signed by whoever ran them, whose key the verifier need not know.</summary>
    private void CheckTrials(ReportEvidence evidence)
    {
        var faults = TrialEvidence.Findings(evidence);
        _findings.AddRange(faults);
        if (faults.Count > 0 || evidence.Find(Dossier.TrialsFile) is not { } file)
            return;
        var report = Record.Parse<TrialReport>(file.Bytes, file.Path);
        if (evidence.Find(DossierProofs.TrialsSignatureFile) is not { } signature)
        {
            _open.Add("what the trials showed: the gate took their figures without proof");
            return;
        }
        var result = _people is null ? TrialVerifier.Verify(report, signature.Bytes, _trust, signature.Path) : TrialVerifier.Verify(report, signature.Bytes, _people, evidence.Decision.AsOf, signature.Path);
        if (result.IsByStranger)
            _open.Add($"what the trials showed: their report is {result.Findings[0].Message}");
        else if (!result.IsValid)
            _findings.AddRange(result.Findings);
        else
        {
            _proved.Add("the report of the trials is signed by somebody trusted");
            _open.Add("that the trials took place as their report says: it is the word of whoever ran them");
        }
    }

    /// <summary>What the gate took as it was told.</summary>
    private void TellUnproved(ReportEvidence evidence)
    {
        if (evidence.Records is { Receipt.Record.UndoFile: not null, Unmerge: null })
            _open.Add("that the merge can be taken back: the gate did not try it");
        if (evidence.Find(Dossier.TrainingFile) is not null)
            _open.Add("that the adapter was trained as its receipt says: it is the trainer's own word");
        if (evidence.Decision.Authors is not null)
            _open.Add("who made the adapter: the gate took it as it was told");
        _open.Add(evidence.Decision.Revocation is null
            ? "that no release of this adapter had been revoked: it is what the gate found in its ledger, if it had one ('loragate ledger audit' tells)"
            : "that a release of this adapter was revoked as the decision says: it is what the gate found in its ledger ('loragate ledger audit' tells)");
    }

    private void CheckLedger(ReportEvidence evidence)
    {
        var proof = evidence.Find(DossierProofs.DecisionProof);
        if (_log is null)
        {
            _open.Add(proof is null ? "that a ledger holds the decision: no proof of it is inside" : "that a ledger holds the decision: give the ledger's key with --vkey FILE");
            return;
        }
        var logged = Logged(proof, DossierProofs.DecisionProof, DecisionData.EntryType, new LedgerSubject(Dossier.DecisionFile, evidence.Decision.ComputeDigest()));
        _proved.Add($"the decision is logged in '{_log.Name}'");
        if (evidence.Records.Plan is not { } plan)
            return;
        var fixedPlan = Logged(evidence.Find(DossierProofs.PlanProof), DossierProofs.PlanProof, PlanEntry.EntryType, new LedgerSubject(Dossier.PlanFile, plan.Digest));
        if (DossierProofs.PlanFault(fixedPlan, logged) is { } fault)
            _findings.Add(fault);
        _proved.Add($"the plan is logged in '{_log.Name}' before the decision");
    }

    /// <summary>The proof of an entry of this type about this subject; null where there is none that holds, which is a finding.</summary>
    private TlogProof? Logged(EvidenceFile? proof, string file, string type, LedgerSubject subject)
    {
        if (proof is null)
        {
            Refuse(SignatureFault.MissingFile, file, $"the {type} is not proved to be in the ledger");
            return null;
        }
        var faults = LoggedEntry.Verify(proof.Bytes, proof.Path, _log!, type, subject);
        _findings.AddRange(faults);
        return faults.Count == 0 ? TlogProof.Parse(proof.Bytes.Span, proof.Path) : null;
    }

    /// <summary>Makes the report again: whoever signed, it says what the evidence says and nothing else. Other pages than those that this very build draws from these fonts, and that name it, were not drawn from the evidence.</summary>
    private void CheckPages(PdfFile file, ReportEvidence evidence)
    {
        const string pages = "that the pages say what the evidence says";
        var language = file.Catalog["Lang"] is PdfValue.Text { Bytes.Span: [(byte)'j', (byte)'a'] } ? ReportLanguage.Japanese : ReportLanguage.English;
        try
        {
            var fonts = FontSet.For(language);
            // An English report of a gate that has no Japanese font does without.
            var build = DrawnBy.Of(file);
            if (IsMadeAgain(file, evidence, language, fonts) || language == ReportLanguage.English && IsMadeAgain(file, evidence, language, FontSet.Bundled))
                _proved.Add("the pages were drawn again from the evidence inside, with the same bytes");
            else if (build is null)
                _open.Add($"{pages}: nothing shows that this build of loragate ({_build}) drew them, and another may draw others");
            else if (build != _build)
                _open.Add($"{pages}: they were drawn by another build of loragate than this one ({_build}), which alone could draw them again");
            else if (!EmbeddedFonts.AreOf(file, fonts))
                _open.Add($"{pages}: they were drawn with another font than is installed here");
            else
                Refuse(SignatureFault.ChangedFile, _place, "the pages do not say what the evidence inside says: this build of loragate, which the report says drew it, draws others from it");
        }
        catch (ReportFontException e)
        {
            _open.Add($"{pages}: they cannot be drawn again here ({e.Message})");
        }
    }

    private static bool IsMadeAgain(PdfFile file, ReportEvidence evidence, ReportLanguage language, FontSet fonts)
    {
        bool Is(bool signaturesAreChecked) => ReportSignature.IsOver(file.Bytes, AuditReport.Compose(evidence.ToContents(signaturesAreChecked) with { Build = DrawnBy.Of(file) }, language, fonts, isToBeSigned: true));
        return Is(true) || Is(false);
    }
}
