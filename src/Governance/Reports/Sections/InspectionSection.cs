using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Sections;

/// <summary>What the inspection of the adapter's files found.</summary>
internal sealed class InspectionSection(ReportText text) : Section(text)
{
    private readonly FindingWords _words = new(text);

    /// <inheritdoc/>
    public override IEnumerable<Block> Compose(ReportContents contents)
    {
        var inspection = contents.Inspection;
        yield return new Heading(Text["inspection.heading"]);
        yield return new Paragraph(
            Text.Fill(
                "inspection.lead", ("type", AdapterWords.KindOf(inspection, contents.Merge)), ("declared", inspection.DeclaredBase ?? Text["inspection.no-base"]),
                ("count", ReportNumbers.Count(inspection.Modules.Count))),
            Look.Body) { KeepWithNext = true, Link = Cell.AnchorOf(contents.RecordOf(Dossier.InspectionFile)) };
        if (inspection.Findings.Count == 0)
            yield return new Paragraph(Text["inspection.none"], Look.Strong);
        else
            yield return Findings(inspection.Findings, contents.RecordOf(Dossier.InspectionFile));
    }

    private Table Findings(IReadOnlyList<Finding> findings, Digest? record) => new(
        [(Text["inspection.severity"], 0.15f), (Text["inspection.finding"], 0.33f), (Text["inspection.where"], 0.22f), (Text["inspection.advice"], 0.3f)],
        [.. findings.Select(finding => Row(finding, record))]);

    private IReadOnlyList<Cell> Row(Finding finding, Digest? record) =>
    [
        new Cell([new CellText(Text[$"severity.{finding.Severity.ToString().ToLowerInvariant()}"], Look.SmallStrong)], MarkOf(finding.Severity)),
        new Cell([new CellText(finding.Id, Look.Digest), new CellText(_words.Message(finding), Look.Small)]).From(record),
        Cell.Mono(_words.Place(finding)),
        Cell.Of(_words.Advice(finding)),
    ];

    private static Mark MarkOf(Severity severity) => severity switch
    {
        Severity.Block => Mark.Failed,
        Severity.Warn => Mark.Undecided,
        Severity.Info => Mark.Waived,
        _ => throw new ArgumentOutOfRangeException(nameof(severity)),
    };
}
