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
        yield return new Paragraph(Text["verify.lead"], Look.Body, 6);
        yield return Step(Text["verify.decision"]);
        yield return new Code(VerificationCommands.Evidence(contents));
        yield return Step(Text["verify.reading"]);
        yield return new Code(VerificationCommands.Verdict());
        foreach (var block in Signature(contents))
            yield return block;
        if (contents.Ledger is not { } ledger)
        {
            yield return new Paragraph(Text["verify.ledger-none"], Look.Body);
            yield break;
        }
        yield return Step(Text["verify.ledger"]);
        yield return new Code(VerificationCommands.Checkpoint(ledger));
    }

    private IEnumerable<Block> Signature(ReportContents contents)
    {
        if (contents.Signatures.Count == 0)
            yield return new Paragraph(Text["verify.signature-none"], Look.Body);
        foreach (var note in contents.Signatures)
        {
            if (VerificationCommands.IsKnown(note))
            {
                yield return Step(Text.Fill("verify.signature", ("file", note.File)));
                yield return new Code(VerificationCommands.Signature(note));
            }
            else
            {
                yield return new Paragraph(Text.Fill("verify.signature-other", ("file", note.File), ("algorithm", note.Algorithm)), Look.Body);
            }
        }
    }

    private static Paragraph Step(string sentence) => new(sentence, Look.Body, 3) { KeepWithNext = true };
}
