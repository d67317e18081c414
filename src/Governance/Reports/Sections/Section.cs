using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Sections;

/// <summary>A part of the report: turns the contents into blocks. Adding one takes a file and a line in <see cref="AuditReport"/>.</summary>
internal abstract class Section(ReportText text)
{
    /// <summary>The sentences.</summary>
    protected ReportText Text { get; } = text;

    /// <summary>The numbers.</summary>
    protected ReportNumbers Numbers { get; } = new(text);

    /// <summary>The results in words.</summary>
    protected RuleWords Words { get; } = new(text, new ReportNumbers(text));

    /// <summary>The section's blocks, in order; every section has some for any contents, but the one about the release before where there was none.</summary>
    public abstract IEnumerable<Block> Compose(ReportContents contents);

    /// <summary>The base's name, as far as any record gives it.</summary>
    protected static string BaseName(ReportContents contents) =>
        contents.Merge?.Base.Name ?? contents.Inspection.Base?.Name ?? contents.Inspection.DeclaredBase ?? "?";

    /// <summary>A table of names and values.</summary>
    protected static Table Facts(params IReadOnlyList<(string Name, Cell Value)> facts) =>
        new([("", 0.3f), ("", 0.7f)], [.. facts.Select(fact => (IReadOnlyList<Cell>)[new Cell([new CellText(fact.Name, Look.SmallMuted)]), fact.Value])]);
}
