using System.Globalization;
using Loragate.Governance.Reports.Charts;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Sections;

/// <summary>How a third party verifies the report with common tools alone.</summary>
internal sealed class VerificationSection(ReportText text) : Section(text)
{
    /// <inheritdoc/>
    public override IEnumerable<Block> Compose(ReportContents contents)
    {
        yield return new Heading(Text["verify.heading"]);
        yield return new Paragraph(Text[Lead(contents)], Look.Body, 6);
        if (contents.Ledger is { } ledger)
            yield return new QrCode(string.Create(CultureInfo.InvariantCulture, $"{ledger.Origin}\n{ledger.Size}\n{ledger.RootHash}\n"), Text["verify.qr"]);
        foreach (var ((sentence, commands), i) in Steps(contents).Select((step, i) => (step, i)))
        {
            var numbered = $"{ReportNumbers.Count(i + 1)}. {sentence}";
            if (commands is null)
            {
                yield return new Paragraph(numbered, Look.Body);
                continue;
            }
            yield return new Paragraph(numbered, Look.Body, 3) { KeepWithNext = true };
            yield return new Code(commands);
        }
    }

    /// <summary>What to bring: the gate's key only where a command uses it.</summary>
    private static string Lead(ReportContents contents) => contents switch
    {
        { Form: ReportForm.Page, Signatures.Count: 0 } => "verify.lead-page-unsigned",
        { Form: ReportForm.Page } => "verify.lead-page",
        { Form: ReportForm.UnsignedFile, Signatures.Count: 0 } => "verify.lead-unsigned",
        _ => "verify.lead",
    };

    private static string TakeOut(ReportContents contents) => contents switch
    {
        { Form: ReportForm.UnsignedFile } => "verify.take-out-unsigned",
        { Form: ReportForm.Page, Signatures.Count: 0 } => "verify.evidence-page",
        _ => "verify.evidence",
    };

    /// <summary>What is to be checked, and by which commands; without commands where there is nothing to run.</summary>
    private IEnumerable<(string Sentence, string? Commands)> Steps(ReportContents contents)
    {
        if (contents.Form == ReportForm.SignedFile)
            yield return (Text["verify.take-out"], VerificationCommands.OwnSignature());
        // The key that signs a release signs the report in its dossier.
        if (contents is { Form: ReportForm.Page, Signatures.Count: > 0 })
            yield return (Text["verify.take-out-page"], VerificationCommands.OwnSignature());
        yield return (Text[TakeOut(contents)], VerificationCommands.TakeOut());
        yield return (Text["verify.decision"], VerificationCommands.Evidence(contents));
        yield return (Text["verify.reading"], VerificationCommands.Verdict());
        if (contents.Signatures.Count == 0)
            yield return (Text["verify.signature-none"], null);
        if (contents.Signatures.Where(VerificationCommands.IsKnown).ToArray() is { Length: > 0 } known)
            yield return (Text["verify.signature"], VerificationCommands.Signatures(known));
        foreach (var note in contents.Signatures.Where(note => !VerificationCommands.IsKnown(note)))
            yield return (Text.Fill("verify.signature-other", ("file", note.File), ("algorithm", note.Algorithm)), null);
        if (contents.Ledger is not { } ledger)
        {
            yield return (Text[contents.HasUnreadProof ? "verify.ledger-unread" : "verify.ledger-none"], null);
            yield break;
        }
        yield return (Text["verify.ledger"], VerificationCommands.Checkpoint(ledger));
        yield return (Text["verify.entry"], VerificationCommands.Inclusion(ledger));
    }
}
