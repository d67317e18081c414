using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Sections;

/// <summary>The page that somebody decides from who knows none of the terms.</summary>
internal sealed class DecisionSection(ReportText text) : Section(text)
{
    private const int MostReasons = 3;
    private const int MostShown = 4;

    // All of it has to stand on one page.
    private const int MostShownBesideAdvice = 2;

    /// <inheritdoc/>
    public override IEnumerable<Block> Compose(ReportContents contents)
    {
        var decision = contents.Decision;
        var verdict = decision.Verdict.ToString().ToLowerInvariant();
        yield return new Paragraph(Text["report.title"], Look.Title, 8) { KeepWithNext = true };
        yield return new Banner(Mark.Of(decision.Verdict), Text[$"verdict.{verdict}"], Text[$"headline.{verdict}"]);
        if (CautionWords.Of(contents, Text) is { } caution)
            yield return new Paragraph(caution, Look.Body, 8);
        yield return new Paragraph(What(contents), Look.Body, 8);
        yield return Title("decision.why");
        foreach (var block in Why(decision))
            yield return block;
        foreach (var (title, answer) in Answers(contents, verdict))
        {
            yield return Title(title);
            yield return new Paragraph(answer, Look.Body, 6);
        }
        yield return new Space(4);
        yield return Summary(contents);
    }

    private IEnumerable<(string Title, string Answer)> Answers(ReportContents contents, string verdict) =>
    [
        ("decision.next", Next(contents, verdict)),
        ("decision.users", Text[$"decision.users-{verdict}"]),
        ("decision.cost", Cost(contents)),
        ("decision.undo", Text[Undo(contents)]),
        ("decision.risk", Text[contents.Decision.Verdict == Artifacts.Records.Deciding.Verdict.Rejected ? "decision.risk-rejected" : "decision.risk-text"]),
    ];

    /// <summary>What is to be done, by whom, and until when it can be done with this evidence.</summary>
    private string Next(ReportContents contents, string verdict)
    {
        List<string> sentences = [Text[$"decision.next-{verdict}"]];
        sentences.AddRange((contents.Decision.Quorum ?? []).Where(role => role.Missing > 0).Select(role => Text.Fill("decision.next-people", ("count", ReportNumbers.Count(role.Missing)), ("role", role.Role))));
        if (contents.FreshUntil is { } day && contents.Decision.Verdict != Artifacts.Records.Deciding.Verdict.Rejected)
            sentences.Add(Text.Fill("decision.next-until", ("day", Numbers.Day(day))));
        return string.Join(Text["report.space"], sentences);
    }

    /// <summary>What the change takes up, and, as far as the dossier tells, what it took to make it.</summary>
    private string Cost(ReportContents contents)
    {
        var size = contents switch
        {
            { ModelSize: null } or { MergedSize: null } => "decision.cost-none",
            _ when contents.ModelSize == contents.MergedSize => "decision.cost-same",
            _ => "decision.cost-other",
        };
        string Size(long? bytes) => bytes is { } known ? ReportNumbers.Size(known) : Text["report.none"];
        return string.Join(
            Text["report.space"],
            Text.Fill(size, ("adapter", Size(contents.AdapterSize)), ("model", Size(contents.ModelSize)), ("merged", Size(contents.MergedSize))),
            Text[TrialSection.IsTold(contents) ? "decision.cost-tried" : "decision.cost-made"]);
    }

    private static string Undo(ReportContents contents) => contents.Merge switch
    {
        null => "decision.undo-none",
        { UndoFile: null } => "decision.undo-copy",
        _ => "decision.undo-exact",
    };

    private Paragraph Title(string key) => new(Text[key], Look.Lead, 1) { KeepWithNext = true };

    private string What(ReportContents contents) => Text.Fill(
        "decision.what",
        ("adapter", contents.Decision.Adapter.Name),
        ("base", BaseName(contents)),
        ("policy", contents.Decision.Policy.Name),
        ("version", contents.Decision.Policy.Version),
        ("date", Numbers.Day(contents.Decision.AsOf)));

    private IEnumerable<Block> Why(Decision decision)
    {
        var required = decision.Rules.Where(rule => rule.Severity == Severity.Block).ToArray();
        yield return new Paragraph(Verdict(decision.Verdict, required), Look.Body, 4);
        var advisory = decision.Rules.Where(rule => rule.Severity != Severity.Block && rule.Outcome is (Outcome.Failed or Outcome.Undecided)).ToArray();
        foreach (var block in Reasons(decision.Verdict, required, advisory.Length == 0 ? MostShown : MostShownBesideAdvice))
            yield return block;
        if (decision.Verdict == Artifacts.Records.Deciding.Verdict.Rejected && required.Count(rule => rule.Outcome == Outcome.Undecided) is > 0 and var open)
            yield return new Paragraph(Text.Fill("decision.why-unmeasured", ("count", ReportNumbers.Count(open))), Look.Body, 4);
        if (advisory.Length == 0)
            yield break;
        yield return new Paragraph(Text["decision.advisory"], Look.Body, 3) { KeepWithNext = true };
        foreach (var block in Items(advisory))
            yield return block;
    }

    private string Verdict(Verdict verdict, RuleResult[] required)
    {
        string Count(Outcome outcome) => ReportNumbers.Count(required.Count(rule => rule.Outcome == outcome));
        var all = ReportNumbers.Count(required.Length);
        return (verdict, required.Length) switch
        {
            (_, 0) => Text["decision.why-none"],
            (Artifacts.Records.Deciding.Verdict.Rejected, _) => Text.Fill("decision.why-rejected", ("failed", Count(Outcome.Failed)), ("required", all)),
            (Artifacts.Records.Deciding.Verdict.Undecided, _) => Text.Fill("decision.why-undecided", ("undecided", Count(Outcome.Undecided)), ("required", all)),
            _ when required.Any(rule => rule.Outcome == Outcome.Waived) => Text.Fill(
                "decision.why-approved-waived", ("required", all), ("passed", Count(Outcome.Passed)), ("waived", Count(Outcome.Waived))),
            _ => Text.Fill("decision.why-approved", ("required", all)),
        };
    }

    /// <summary>What speaks against the change, or, where it is approved, what was shown in its favour: a sentence for each kind of check.</summary>
    private IEnumerable<Block> Reasons(Verdict verdict, RuleResult[] required, int mostShown) => verdict switch
    {
        Artifacts.Records.Deciding.Verdict.Rejected => Items([.. required.Where(rule => rule.Outcome == Outcome.Failed)]),
        Artifacts.Records.Deciding.Verdict.Undecided => Items([.. required.Where(rule => rule.Outcome == Outcome.Undecided)]),
        _ => Shown(required).Take(mostShown).Select(Item).Append<Block>(new Space(4)),
    };

    private IEnumerable<string> Shown(RuleResult[] required) => required
        .Where(rule => rule.Outcome == Outcome.Passed).GroupBy(rule => rule.Check, StringComparer.Ordinal)
        .Select(kind => Words.Shown(kind.FirstOrDefault(rule => RuleWords.IsShare(rule.Metric)) ?? kind.First())).OfType<string>();

    private IEnumerable<Block> Items(RuleResult[] rules)
    {
        foreach (var rule in rules.Take(MostReasons))
            yield return Item(Words.Plain(rule));
        if (rules.Length > MostReasons)
            yield return Item(Text.Fill("decision.more", ("count", ReportNumbers.Count(rules.Length - MostReasons))));
        yield return new Space(4);
    }

    private static Paragraph Item(string sentence) => new(sentence, Look.Body, 2) { Indent = 13, IsItem = true };

    private Table Summary(ReportContents contents)
    {
        var decision = contents.Decision;
        return Facts(
            (Text["decision.facts-adapter"], Cell.Of(Text.Fill("decision.facts-version", ("name", decision.Adapter.Name), ("digest", decision.Adapter.Digest.Abbreviated)))),
            (Text["decision.facts-policy"], Cell.Of($"{decision.Policy.Name} {decision.Policy.Version}")),
            (Text["decision.facts-dates"], Cell.Of($"{Numbers.Day(decision.AsOf)} · {Numbers.Moment(contents.Run.Created)}")));
    }
}
