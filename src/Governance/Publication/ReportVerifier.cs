using System.Globalization;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Reports.Pdf;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Publication;

/// <summary>
/// Verifies a report by itself, offline: who signed the whole file, that the decision follows from the evidence inside, that the pages are those which this
/// evidence gives, and with a verifier key that the decision is logged.
/// </summary>
public sealed class ReportVerifier
{
    private readonly SignerTrust _trust;
    private readonly LedgerVerifier? _log;
    private readonly string _place;
    private readonly string _build;
    private readonly VerificationNotes _notes = new();

    private ReportVerifier(SignerTrust trust, LedgerVerifier? log, string place, string build) =>
        (_trust, _log, _place, _build) = (trust, log, place, build);

    /// <summary>Verifies a report; one whose signature does not hold is not read any further.</summary>
    /// <param name="report">The file's bytes.</param>
    /// <param name="trust">Who is trusted to have signed it.</param>
    /// <param name="people">The trust policy by which approvals and waivers are judged again; null leaves them unproved.</param>
    /// <param name="log">The ledger's key; null proves nothing of the ledger.</param>
    /// <param name="place">The file's name, for messages.</param>
    /// <param name="build">The build that verifies: pages that name it come out again, or are refused.</param>
    /// <exception cref="PdfException">No report.</exception>
    public static EvidenceVerification Verify(ReadOnlyMemory<byte> report, SignerTrust trust, TrustPolicy? people, LedgerVerifier? log, string place, string build)
    {
        ArgumentNullException.ThrowIfNull(trust);
        var verifier = new ReportVerifier(trust, log, place, build);
        var file = PdfFile.Parse(report, place);
        // What nobody trusted vouches for is not opened: it may be made to take all memory.
        if (verifier.CheckSignature(report) is not { } key)
            return verifier._notes.ToResult(null);
        ReportEvidence? evidence = null;
        verifier._notes.Try(() =>
        {
            evidence = ReportEvidence.Of(ReportAttachments.Read(file, place));
            new EvidenceVerifier(verifier._notes, evidence, trust, people, key, DrawnBy.Of(file) ?? build).Verify();
            verifier.CheckLedger(evidence);
            verifier.CheckPages(file, evidence);
        });
        return verifier._notes.ToResult(evidence?.Decision);
    }

    private VerificationKey? CheckSignature(ReadOnlyMemory<byte> report)
    {
        try
        {
            var (key, stamped) = ReportSignature.Verify(report, _trust, _place);
            _notes.Proved.Add("the whole file, from its first byte to its last, is as it was signed");
            if (stamped is { } time)
                _notes.NotProved.Add(string.Create(CultureInfo.InvariantCulture, $"that the signature is as old as its time stamp says ({time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC): whether its authority is to be trusted is not judged here"));
            return key;
        }
        catch (SignatureException e)
        {
            _notes.Refuse(e.Kind, e.Place, $"{e.Fault}; no more of the report was read");
            return null;
        }
    }

    private void CheckLedger(ReportEvidence evidence)
    {
        var proof = evidence.Find(DossierProofs.DecisionProof);
        if (_log is null)
        {
            _notes.NotProved.Add(proof is null ? "that a ledger holds the decision: no proof of it is inside" : "that a ledger holds the decision: give the ledger's key with --vkey FILE");
            return;
        }
        var logged = Logged(proof, DossierProofs.DecisionProof, DecisionData.EntryType, new LedgerSubject(Dossier.DecisionFile, evidence.Decision.ComputeDigest()));
        _notes.Proved.Add($"the decision is logged in '{_log.Name}'");
        if (evidence.Records.Plan is not { } plan)
            return;
        var fixedPlan = Logged(evidence.Find(DossierProofs.PlanProof), DossierProofs.PlanProof, PlanEntry.EntryType, new LedgerSubject(Dossier.PlanFile, plan.Digest));
        if (DossierProofs.PlanFault(fixedPlan, logged) is { } fault)
            _notes.Findings.Add(fault);
        _notes.Proved.Add($"the plan is logged in '{_log.Name}' before the decision");
    }

    /// <summary>The proof of an entry of this type about this subject; null where there is none that holds, which is a finding.</summary>
    private TlogProof? Logged(EvidenceFile? proof, string file, string type, LedgerSubject subject)
    {
        if (proof is null)
        {
            _notes.Refuse(SignatureFault.MissingFile, file, $"the {type} is not proved to be in the ledger");
            return null;
        }
        var faults = LoggedEntry.Verify(proof.Bytes, proof.Path, _log!, type, subject);
        _notes.Findings.AddRange(faults);
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
                _notes.Proved.Add("the pages were drawn again from the evidence inside, with the same bytes");
            else if (build is null)
                _notes.NotProved.Add($"{pages}: nothing shows that this build of loragate ({_build}) drew them, and another may draw others");
            else if (build != _build)
                _notes.NotProved.Add($"{pages}: they were drawn by another build of loragate than this one ({_build}), which alone could draw them again");
            else if (!EmbeddedFonts.AreOf(file, fonts))
                _notes.NotProved.Add($"{pages}: they were drawn with another font than is installed here");
            else
                _notes.Refuse(SignatureFault.ChangedFile, _place, "the pages do not say what the evidence inside says: this build of loragate, which the report says drew it, draws others from it");
        }
        catch (ReportFontException e)
        {
            _notes.NotProved.Add($"{pages}: they cannot be drawn again here ({e.Message})");
        }
    }

    private static bool IsMadeAgain(PdfFile file, ReportEvidence evidence, ReportLanguage language, FontSet fonts)
    {
        bool Is(bool signaturesAreChecked) => ReportSignature.IsOver(file.Bytes, AuditReport.Compose(evidence.ToContents(signaturesAreChecked) with { Build = DrawnBy.Of(file) }, language, fonts, isToBeSigned: true));
        return Is(true) || Is(false);
    }
}
