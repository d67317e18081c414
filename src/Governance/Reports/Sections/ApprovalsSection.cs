using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Sections;

/// <summary>Who approved, who refused, whose word did not count and why, who is still to decide, and which rules are lifted until when.</summary>
internal sealed class ApprovalsSection(ReportText text) : Section(text)
{
    /// <inheritdoc/>
    public override IEnumerable<Block> Compose(ReportContents contents)
    {
        var decision = contents.Decision;
        var record = decision.ComputeDigest();
        yield return new Heading(Text["approvals.heading"]);
        foreach (var block in Approvals(decision, record).Concat(Waivers(decision, record)))
            yield return block;
    }

    private IEnumerable<Block> Approvals(Decision decision, Digest record)
    {
        if (decision.Quorum is not { Count: > 0 } quorum)
        {
            yield return new Paragraph(Text["approvals.none"], Look.Body);
            yield break;
        }
        yield return new Paragraph(Text["approvals.lead"], Look.Body, 4) { KeepWithNext = true };
        yield return new Table(
            [(Text["approvals.role"], 0.5f), (Text["approvals.people"], 0.25f), (Text["approvals.missing"], 0.25f)],
            [.. quorum.Select(role => (IReadOnlyList<Cell>)[Cell.Of(role.Role), Cell.Of(ReportNumbers.Count(role.People)).From(record), Cell.Strong(ReportNumbers.Count(role.Missing)).From(record)])]);
        if (decision.Approvals is not { Count: > 0 } approvals)
            yield break;
        yield return new Table(
            [(Text["approvals.signer"], 0.24f), (Text["approvals.role"], 0.16f), (Text["approvals.said"], 0.14f), (Text["approvals.state"], 0.24f), (Text["approvals.logged"], 0.22f)],
            [.. approvals.Select(approval => Row(approval, record))]);
    }

    private IEnumerable<Block> Waivers(Decision decision, Digest record)
    {
        if (decision.Waivers is not { Count: > 0 } waivers)
            yield break;
        yield return new Paragraph(Text["waivers.lead"], Look.Body, 4) { KeepWithNext = true };
        yield return new Table(
            [(Text["waivers.rule"], 0.3f), (Text["approvals.signer"], 0.2f), (Text["waivers.until"], 0.2f), (Text["approvals.state"], 0.3f)],
            [.. waivers.Select(waiver => Row(waiver, record))]);
    }

    private IReadOnlyList<Cell> Row(WaiverResult waiver, Digest record) =>
    [
        new Cell([new CellText(waiver.Rule ?? Text["report.none"], Look.SmallStrong), new CellText(waiver.Id.Abbreviated, Look.Digest), new CellText(waiver.Reason ?? Text["report.none"], Look.Tiny)]),
        Cell.Of(waiver.Signatures.Count == 0 ? Text["report.none"] : string.Join('\n', waiver.Signatures.Select(signature => signature.Signer))),
        Cell.Of(waiver.Until is { } until ? Numbers.Day(until) : Text["report.none"]).From(record),
        Cell.Of(Text[$"waivers.state-{Word(waiver.State)}"]),
    ];

    private IReadOnlyList<Cell> Row(ApprovalResult approval, Digest record) =>
    [
        new Cell([new CellText(approval.Signer ?? Text["report.none"], Look.SmallStrong), new CellText(approval.Key?.Abbreviated ?? approval.Bundle.Abbreviated, Look.Digest), .. Note(approval)]),
        Cell.Of(approval.Role ?? Text["report.none"]),
        Cell.Of(approval.Outcome is { } outcome ? Text[$"approvals.{Word(outcome)}"] : Text["report.none"]),
        Cell.Of(Text[$"approvals.state-{Word(approval.State)}"]),
        Cell.Of(approval.Logged is { } logged ? Numbers.Moment(logged) : Text["report.none"]).From(record),
    ];

    private static IEnumerable<CellText> Note(ApprovalResult approval) => approval.Note is { } note ? [new CellText(note, Look.Tiny)] : [];

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
