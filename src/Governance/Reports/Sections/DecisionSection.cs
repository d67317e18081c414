using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Policies.Rules;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Sections;

/// <summary>The page that somebody decides from who knows none of the terms.</summary>
internal sealed class DecisionSection(ReportText text) : Section(text)
{
    private const int MostOfName = 60;
    private const int MostOfDescription = 160;
    private const string Approval = "approval";

    private static readonly DecisionExtent[] Extents = [new(3, 3, 5, 3, 4), new(3, 3, 4, 3, 4), new(3, 3, 4, 2, 4), new(3, 3, 4, 1, 4), new(3, 3, 3, 1, 4), new(3, 3, 3, 0, 4), new(2, 2, 3, 0, 4), new(2, 2, 2, 0, 4), new(2, 2, 1, 0, 4), new(1, 1, 1, 0, 4), new(1, 1, 1, 0, 1), new(1, 1, 1, 0, 0), new(1, 1, 0, 0, 0), new(1, 0, 0, 0, 0)];

    /// <inheritdoc/>
    public override IEnumerable<Block> Compose(ReportContents contents) => [new OnePage([.. Extents.Select(extent => (IReadOnlyList<Block>)[.. Page(contents, extent)])])];

    private IEnumerable<Block> Page(ReportContents contents, DecisionExtent extent)
    {
        var decision = contents.Decision;
        var verdict = decision.Verdict.ToString().ToLowerInvariant();
        yield return new Paragraph(Text["report.title"], Look.Title, 8) { KeepWithNext = true };
        yield return new Banner(Mark.Of(decision.Verdict), Text[$"verdict.{verdict}"], Text[$"headline.{verdict}"]);
        foreach (var first in new[] { RevocationWords.Of(decision, Text), CautionWords.Of(contents, Text) }.OfType<string>())
            yield return new Paragraph(first, Look.Body, 8);
        yield return new Paragraph(What(contents), Look.Body, 8);
        yield return Title("decision.why");
        foreach (var block in Why(contents, extent))
            yield return block;
        foreach (var (title, answer, record) in Answers(contents, verdict, extent))
        {
            yield return Title(title);
            yield return new Paragraph(answer, Look.Body, 4) { Link = Cell.AnchorOf(record) };
        }
        yield return new Space(4);
        yield return Summary(contents);
    }

    private IEnumerable<(string Title, string Answer, Digest? Record)> Answers(ReportContents contents, string verdict, DecisionExtent extent) =>
    [
        ("decision.next", Next(contents, verdict), null),
        ("decision.users", Users(contents, verdict, extent.Purposes), null),
        ("decision.cost", Cost(contents), contents.RecordOf(Dossier.ReceiptFile) ?? contents.RecordOf(Dossier.InspectionFile)),
        ("decision.undo", Text[Undo(contents)], contents.RecordOf(Dossier.UnmergeFile) ?? contents.RecordOf(Dossier.ReceiptFile)),
        ("decision.risk", Risk(contents, extent.Risks), null),
    ];

    /// <summary>What the records leave open, then what no record tells. Of a change that nobody uses, only the latter.</summary>
    private string Risk(ReportContents contents, int most)
    {
        if (contents.Decision.Verdict == Artifacts.Records.Deciding.Verdict.Rejected)
            return Text["decision.risk-rejected"];
        var rules = contents.Decision.Rules;
        (string Key, int Count)[] counts =
        [
            ("decision.risk-advisory", rules.Count(rule => rule.Severity != Severity.Block && rule.Outcome == Outcome.Failed)),
            ("decision.risk-open", rules.Count(rule => rule.Check != Approval && rule.Outcome == Outcome.Undecided)),
            ("decision.risk-truncated", contents.CandidateEvaluations.Sum(evaluation => evaluation.Report.Truncated.Count)),
        ];
        var told = counts.Where(each => each.Count > 0).Select(each => Text.Fill(each.Key, ("count", ReportNumbers.Count(each.Count))));
        return string.Join(Text["report.space"], [.. told.Take(most), Text["decision.risk-text"]]);
    }

    /// <summary>What is to be done, by whom, and until when it can be done with this evidence.</summary>
    private string Next(ReportContents contents, string verdict)
    {
        var decision = contents.Decision;
        var missing = (decision.Quorum ?? []).Where(role => role.Missing > 0).ToArray();
        var unstated = decision.Rules.FirstOrDefault(rule => rule is { Severity: Severity.Block, Check: Approval, Outcome: Outcome.Undecided, Reason: Reason.AuthorUnknown or Reason.TrustMissing })?.Reason;
        List<string> sentences = [Text[Lead(decision, verdict, missing.Length > 0, unstated is not null)]];
        if (decision.Verdict == Artifacts.Records.Deciding.Verdict.Rejected)
        {
            if (!decision.IsRejectedByRevocation && !IsStale(decision) && decision.Authors is { Count: > 0 } authors)
                sentences.Add(Text.Fill("decision.next-authors", ("authors", Legible.Shortened(string.Join(Text["report.list"], authors), MostOfName))));
            return string.Join(Text["report.space"], sentences);
        }
        if (unstated is not null)
            sentences.Add(Text[$"decision.next-{unstated}"]);
        // Without a trust policy nobody knows who has signed.
        sentences.AddRange(missing.Where(_ => unstated != Reason.TrustMissing).Select(role => Text.Fill("decision.next-people", ("count", ReportNumbers.Count(role.Missing)), ("role", role.Role))));
        if (Until(contents) is var (day, rule) && day is { } last)
            sentences.Add(rule is null ? Text.Fill("decision.next-until", ("day", Numbers.Day(last))) : Text.Fill("decision.next-waiver", ("day", Numbers.Day(last)), ("rule", Legible.Shortened(rule, MostOfName))));
        return string.Join(Text["report.space"], sentences);
    }

    /// <summary>The sentence that comes first: what the verdict alone asks for, but where people alone are waited for, or the evidence is too old and nothing else is wrong.</summary>
    private static string Lead(Decision decision, string verdict, bool isSomebodyMissing, bool isUnstated)
    {
        var open = decision.Rules.Where(rule => rule is { Severity: Severity.Block, Outcome: Outcome.Undecided }).ToArray();
        var waitsForPeople = decision.Verdict == Artifacts.Records.Deciding.Verdict.Undecided && open.Length > 0 && open.All(rule => rule.Check == Approval);
        var lifted = WaiverWords.Lifted(decision).Length > 0 ? "-lifted" : "";
        return waitsForPeople switch
        {
            _ when decision.IsRejectedByRevocation => "decision.next-revoked",
            _ when IsStale(decision) => "decision.next-stale",
            true when isUnstated => $"decision.next-measured{lifted}",
            true when isSomebodyMissing => $"decision.next-people-only{lifted}",
            _ => $"decision.next-{verdict}",
        };
    }

    /// <summary>Whether it is rejected for nothing but the day of its evidence.</summary>
    private static bool IsStale(Decision decision) => decision.Rules.Where(rule => rule is { Severity: Severity.Block, Outcome: Outcome.Failed }).ToArray() is { Length: > 0 } failed && failed.All(rule => rule.Check == EvidenceFreshnessRule.Kind.Name);

    /// <summary>
    /// The last day on which all that the release depends on counts, and the rule whose waiver ends then, where it is a waiver that ends first. An advisory rule ends
    /// nothing, and one with several waivers stays lifted until the last of them ends.
    /// </summary>
    private static (DateOnly? Day, string? Rule) Until(ReportContents contents)
    {
        var lifted = WaiverWords.Ends(contents.Decision).OrderBy(each => each.Until).ToArray();
        return lifted is [var first, ..] && !(contents.FreshUntil <= first.Until) ? (first.Until, first.Rule) : (contents.FreshUntil, null);
    }

    /// <summary>What the tasks are for, and how many are left out.</summary>
    private string[] Purposes(ReportContents contents, int most)
    {
        var words = new BoardWords(contents, Text, Numbers);
        string[] all = [.. contents.Decision.Tasks.Select(task => words.PurposeOf(task.Name)).OfType<string>()];
        return most == 0 || all.Length <= most ? [.. all.Take(most)] : [.. all.Take(most), Text.Fill("decision.users-more", ("count", ReportNumbers.Count(all.Length - most)))];
    }

    /// <summary>Whose answers people get, and, where that changes, what the change is for and was tested on, in the policy's own words.</summary>
    private string Users(ReportContents contents, string verdict, int mostPurposes)
    {
        if (contents.Decision.Verdict != Artifacts.Records.Deciding.Verdict.Approved)
        {
            return contents.Previous is { Verdict: Artifacts.Records.Deciding.Verdict.Approved } before
                ? string.Join(Text["report.space"], Text[$"decision.users-{verdict}"], Text.Fill("decision.users-previous", ("adapter", Legible.Shortened(before.Adapter.Name, MostOfName)), ("day", Numbers.Day(before.AsOf))))
                : Text[$"decision.users-{verdict}"];
        }
        List<string> sentences = [Text[$"decision.users-{verdict}"]];
        sentences.Add(Text[Measured(contents.Decision)]);
        if (mostPurposes > 0 && contents.Policy is { } policy && PolicyQuote.In(Text.Language, policy.Description, policy.JapaneseDescription) is { } description)
            sentences.Add(Text.Fill("decision.users-demand", ("description", Legible.Shortened(description, MostOfDescription))));
        if (Purposes(contents, mostPurposes) is { Length: > 0 } purposes)
            sentences.Add(Text.Fill("decision.users-tested", ("purposes", string.Join(Text["report.list"], purposes))));
        return string.Join(Text["report.space"], sentences);
    }

    /// <summary>Which of the two things that people ask of a change, to do better and to lose nothing, was measured against the original at all.</summary>
    private static string Measured(Decision decision)
    {
        bool Is(string check) => decision.Rules.Any(rule => rule.Check == check && rule.Statistic is not null);
        return (Is("improvement"), Is("non-inferiority")) switch
        {
            (true, true) => "decision.measured-both",
            (true, false) => "decision.measured-gain",
            (false, true) => "decision.measured-kept",
            (false, false) => "decision.measured-neither",
        };
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
            Text[TrialSection.TellsCost(contents) ? "decision.cost-tried" : "decision.cost-made"]);
    }

    private static string Undo(ReportContents contents) => contents.Merge switch
    {
        null => "decision.undo-none",
        { UndoFile: null } => "decision.undo-copy",
        _ when contents.Unmerge is null => "decision.undo-untried",
        _ => "decision.undo-exact",
    };

    private Paragraph Title(string key) => new(Text[key], Look.Lead, 1) { KeepWithNext = true };

    private string What(ReportContents contents) => Text.Fill(
        "decision.what",
        ("adapter", Legible.Shortened(contents.Decision.Adapter.Name, MostOfName)),
        ("base", Legible.Shortened(BaseName(contents), MostOfName)),
        ("date", Numbers.Day(contents.Decision.AsOf)));

    private IEnumerable<Block> Why(ReportContents contents, DecisionExtent extent)
    {
        var (decision, waivers) = (contents.Decision, new WaiverWords(contents, Text, Numbers));
        var required = decision.Rules.Where(rule => rule.Severity == Severity.Block).ToArray();
        yield return new Paragraph(Verdict(decision, required), Look.Body, 4);
        var advisory = decision.Rules.Where(rule => rule.Severity != Severity.Block && rule.Outcome is (Outcome.Failed or Outcome.Undecided)).ToArray();
        foreach (var block in Reasons(contents, required, extent))
            yield return block;
        if (decision.Verdict == Artifacts.Records.Deciding.Verdict.Rejected && required.Count(rule => rule.Check != Approval && rule.Outcome == Outcome.Undecided) is > 0 and var open)
            yield return new Paragraph(Text.Fill("decision.why-unmeasured", ("count", ReportNumbers.Count(open))), Look.Body, 4);
        foreach (var block in Listed(waivers.Title, contents, waivers.All(), WaiverWords.Lifted(decision).Length, extent.Lifted))
            yield return block;
        foreach (var block in Listed(advisory.Length == 0 ? null : Text["decision.advisory"], contents, new BoardWords(contents, Text, Numbers).Open(advisory), advisory.Length, extent.Reasons))
            yield return block;
    }

    /// <summary>What was found of the required rules, but for those that are lifted, which are told beside it.</summary>
    private string Verdict(Decision decision, RuleResult[] required)
    {
        string Told(string key, Outcome outcome) => Text.Fill(key, ("count", ReportNumbers.Count(required.Count(rule => rule.Outcome == outcome))), ("required", ReportNumbers.Count(required.Length)));
        var isLifted = required.Any(rule => rule.Outcome == Outcome.Waived);
        return (decision.Verdict, required.Length) switch
        {
            _ when decision.IsRejectedByRevocation => Text[isLifted ? "decision.why-revoked-lifted" : "decision.why-revoked"],
            (_, 0) => Text["decision.why-none"],
            (Artifacts.Records.Deciding.Verdict.Rejected, 1) => Text["decision.why-rejected-one"],
            (Artifacts.Records.Deciding.Verdict.Rejected, _) => Told("decision.why-rejected", Outcome.Failed),
            (Artifacts.Records.Deciding.Verdict.Undecided, 1) => Text["decision.why-undecided-one"],
            (Artifacts.Records.Deciding.Verdict.Undecided, _) => Told(isLifted ? "decision.why-undecided-lifted" : "decision.why-undecided", Outcome.Undecided),
            (_, 1) when isLifted => Text["decision.why-approved-lifted-one"],
            _ when isLifted => Told("decision.why-approved-lifted", Outcome.Passed),
            (_, 1) => Text["decision.why-approved-one"],
            _ => Text.Fill("decision.why-approved", ("required", ReportNumbers.Count(required.Length))),
        };
    }

    /// <summary>What speaks against the change, or, where it is approved, what was shown in its favour: a sentence for each kind of check.</summary>
    private IEnumerable<Block> Reasons(ReportContents contents, RuleResult[] required, DecisionExtent extent) => contents.Decision.Verdict switch
    {
        Artifacts.Records.Deciding.Verdict.Rejected => Open(contents, [.. required.Where(rule => rule.Outcome == Outcome.Failed)], extent.Reasons),
        Artifacts.Records.Deciding.Verdict.Undecided => Open(contents, [.. required.Where(rule => rule.Outcome == Outcome.Undecided)], extent.Reasons),
        _ => Shown(contents, required).Take(extent.Shown).Append<Block>(new Space(4)),
    };

    private IEnumerable<Paragraph> Shown(ReportContents contents, RuleResult[] required)
    {
        var words = new BoardWords(contents, Text, Numbers);
        return from kind in required.Where(rule => rule.Outcome == Outcome.Passed).GroupBy(rule => rule.Check, StringComparer.Ordinal)
               let rule = kind.FirstOrDefault(rule => RuleWords.IsShare(rule.Metric)) ?? kind.First()
               let sentence = words.Shown(rule)
               where sentence is not null
               orderby rule.Statistic is null
               select Item(sentence, contents.RecordOf(rule));
    }

    private IEnumerable<Block> Open(ReportContents contents, RuleResult[] rules, int most) => Items(contents, new BoardWords(contents, Text, Numbers).Open(rules), rules.Length, most);

    /// <summary>Rules below a sentence that says what they are; nothing where there is none, and the sentence alone where nothing more has room.</summary>
    private IEnumerable<Block> Listed(string? title, ReportContents contents, IEnumerable<(RuleResult Rule, string Told)> rules, int count, int most)
    {
        if (title is null)
            yield break;
        yield return new Paragraph(title, Look.Body, 3) { KeepWithNext = most > 0 };
        foreach (var block in most > 0 ? Items(contents, rules, count, most) : [])
            yield return block;
    }

    private IEnumerable<Block> Items(ReportContents contents, IEnumerable<(RuleResult Rule, string Told)> rules, int count, int most)
    {
        foreach (var (rule, told) in rules.Take(most))
            yield return Item(told, rule.Check == EvidenceFreshnessRule.Kind.Name ? contents.RecordOf(contents.OldestRun.Path) : contents.RecordOf(rule));
        if (count > most)
            yield return Item(Text.Fill("decision.more", ("count", ReportNumbers.Count(count - most))), null);
        yield return new Space(4);
    }

    private static Paragraph Item(string sentence, Digest? record) => new(sentence, Look.Body, 2) { Indent = 13, IsItem = true, Link = Cell.AnchorOf(record) };

    private Table Summary(ReportContents contents)
    {
        var decision = contents.Decision;
        var record = decision.ComputeDigest();
        return Facts(
            (Text["decision.facts-adapter"], Cell.Of(Text.Fill("decision.facts-version", ("name", Legible.Shortened(decision.Adapter.Name, MostOfName)), ("digest", decision.Adapter.Digest.Abbreviated))).From(record)),
            (Text["decision.facts-policy"], Cell.Of(Text.Fill("decision.facts-rules", ("name", Legible.Shortened(decision.Policy.Name, MostOfName)), ("version", Legible.Shortened(decision.Policy.Version, MostOfName)))).From(record)),
            (Text["decision.facts-dates"], Cell.Of(Text.Fill("decision.facts-days", ("decided", Numbers.Day(decision.AsOf)), ("collected", Numbers.Moment(contents.OldestRun.Record.Created)))).From(contents.RecordOf(contents.OldestRun.Path))));
    }
}
