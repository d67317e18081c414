using Loragate.Governance.Publication;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Sections;

/// <summary>Who signed what, and where the decision is logged.</summary>
internal sealed class SignaturesSection(ReportText text) : Section(text)
{
    /// <inheritdoc/>
    public override IEnumerable<Block> Compose(ReportContents contents)
    {
        yield return new Heading(Text["signatures.heading"]);
        if (contents.Signatures.Count > 0)
            yield return Signatures(contents.Signatures);
        if (CautionWords.Of(contents, Text) is { } caution)
            yield return new Paragraph(caution, Look.Body, 4);
        if (contents.Ledger is not { } ledger)
        {
            yield return new Paragraph(Text[contents.HasUnreadProof ? "signatures.ledger-unread" : "signatures.no-ledger"], Look.Body);
            yield break;
        }
        yield return new Paragraph(Text["signatures.ledger"], Look.Body, 4) { KeepWithNext = true };
        var proof = contents.RecordOf(DossierProofs.DecisionProof);
        yield return Facts(
            (Text["signatures.origin"], Cell.Mono(ledger.Origin).From(proof)),
            (Text["signatures.index"], Cell.Of(Text.Fill("signatures.index-value", ("index", ReportNumbers.Count(ledger.Index)), ("size", ReportNumbers.Count(ledger.Size)))).From(proof)),
            (Text["signatures.root"], Cell.Mono(ledger.RootHash).From(proof)),
            (Text["signatures.vkey"], Cell.Mono(ledger.VerifierKey)),
            (Text["signatures.entry"], Cell.Mono(ledger.EntryDigest.Hex).From(proof)));
    }

    private Table Signatures(IReadOnlyList<SignatureNote> signatures) => new(
        [(Text["signatures.file"], 0.245f), (Text["signatures.algorithm"], 0.135f), (Text["signatures.key"], 0.62f)],
        [.. signatures.Select(note => (IReadOnlyList<Cell>)[new Cell([new CellText(note.File, Look.Digest), .. What(note)]), Cell.Of(note.Algorithm), Cell.Mono(note.KeyId)])]);

    /// <summary>What a file of this name says; nothing where the table does not know it.</summary>
    private IEnumerable<CellText> What(SignatureNote note) =>
        Text.Find($"signatures.says-{note.File.Split('.')[0]}") is { } what ? [new CellText(what, Look.Tiny)] : [];
}
