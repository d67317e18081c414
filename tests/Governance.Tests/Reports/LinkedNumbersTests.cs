using System.Text.RegularExpressions;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Auditing;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports.Html;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports;

/// <summary>Whoever reads a number in a table can go to the record that it comes from.</summary>
public sealed partial class LinkedNumbersTests
{
    /// <summary>Columns and rows, by the text that heads them → why a digit in them needs no link.</summary>
    private static readonly Dictionary<string, string> Exceptions = new(StringComparer.Ordinal)
    {
        ["lineage.digest"] = "the place that links lead to",
        ["rules.controls"] = "names of clauses",
        ["comparison.metric"] = "names of metrics",
        ["approvals.role"] = "names that people gave",
        ["approvals.signer"] = "names that people gave",
        ["inspection.where"] = "names of files and modules",
        ["inspection.advice"] = "advice, which holds what the finding beside it tells",
        ["signatures.algorithm"] = "names of algorithms",
        ["signatures.key"] = "digests of keys, which the reader brings",
        ["signatures.vkey"] = "the ledger's key, which the reader brings",
    };

    [Theory]
    [MemberData(nameof(ReportSamples.All), MemberType = typeof(ReportSamples))]
    public void Every_number_in_a_table_is_linked_or_needs_no_link(string name, ReportLanguage language)
    {
        var text = ReportText.Load(language);
        var excepted = Exceptions.Keys.Select(key => text[key]).ToHashSet(StringComparer.Ordinal);
        var cells = Cells(WebPage.Of(WithRecords(ReportSamples.Named[name]), language)).Where(cell => cell.Text.Any(char.IsAsciiDigit)).ToList();
        Assert.NotEmpty(cells);
        Assert.Empty(cells.Where(cell => !cell.IsLinked && !excepted.Contains(cell.Head)).Select(cell => $"{cell.Head}: {cell.Text}"));
    }

    [Fact]
    public void Every_exception_is_one_in_a_report() =>
        Assert.All(Exceptions.Keys, key => Assert.Contains(ReportSamples.Named.Values, contents => WebPage.Of(contents).Contains(ReportText.Load(ReportLanguage.English)[key], StringComparison.Ordinal)));

    [Theory]
    [InlineData(ReportLanguage.English)]
    [InlineData(ReportLanguage.Japanese)]
    public void Every_number_of_candidates_compared_leads_to_a_record_that_the_page_names(ReportLanguage language)
    {
        var text = ReportText.Load(language);
        var candidates = new[] { ReportSamples.Approved, ReportSamples.RejectedByBias, ReportSamples.Undecided }.Select(WithRecords).ToArray();
        var page = System.Net.WebUtility.HtmlDecode(System.Text.Encoding.UTF8.GetString(ComparePage.Render(candidates, language)));
        var cells = Cells(page).Where(cell => cell.Text.Any(char.IsAsciiDigit)).ToList();
        Assert.True(cells.Count(cell => cell.IsLinked) > 20);
        string[] places = [text["lineage.record"], text["lineage.digest"]]; // where links lead to
        Assert.Empty(cells.Where(cell => !cell.IsLinked && !places.Contains(cell.Head)).Select(cell => $"{cell.Head}: {cell.Text}"));
        Assert.All(candidates, candidate => Assert.Contains($"id=\"record-{candidate.Decision.Policy.Digest.Abbreviated}\"", page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("merge-fidelity", null, Dossier.ReceiptFile)]
    [InlineData("trial", null, Dossier.TrialsFile)]
    [InlineData("non-inferiority", "sample_facts", "evaluations/candidate/sample_facts.json")]
    [InlineData("contamination", null, Dossier.ContaminationFile)]
    public void A_rules_numbers_lead_to_the_record_that_holds_them(string check, string? task, string file)
    {
        // In the order in which the rules cite them; a waiver's signature is cited last.
        string[] read = check switch
        {
            "merge-fidelity" => [file, Dossier.UnmergeFile],
            "trial" => [file, Dossier.TrainingFile, "trials/own/sample_facts.json"],
            "contamination" => [file],
            _ => ["evaluations/base/sample_facts.json", file],
        };
        EvidenceLink[] links = [.. read.Select(path => new EvidenceLink(path, "any/1", ReportSamples.D(path))), new EvidenceLink("waivers/x", Approvals.Waiver.PredicateType, ReportSamples.D("waivers/x"))];
        var statistic = task is null ? null : new Statistic("tango-score", 0.01, -0.02, 0.04, -0.1, 0.05, 400, null, 0.9, 0.91);
        var rule = ReportSamples.Rule("one", check, Artifacts.Records.Severity.Block, Outcome.Waived, "waived", task, task is null ? null : "acc", statistic) with { Evidence = [.. links.Select(link => link.Digest)], Figure = task is null ? new Figure(0.1234, 0.1) : null };
        var contents = ReportSamples.Approved with { Decision = ReportSamples.Approved.Decision with { Rules = [rule], Evidence = links } };
        var told = task is null ? "12.34 %" : "+1.0 points";
        var link = $"<a href=\"#record-{ReportSamples.D(file).Abbreviated}\"";
        Assert.All([WebPage.Of(contents), System.Net.WebUtility.HtmlDecode(System.Text.Encoding.UTF8.GetString(ComparePage.Render([contents], ReportLanguage.English)))], page =>
        {
            var cells = DataCell().Matches(page).Where(cell => cell.Value.Contains(told, StringComparison.Ordinal)).ToArray();
            Assert.NotEmpty(cells);
            Assert.All(cells, cell => Assert.Contains(link, cell.Value, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Candidates_scored_on_other_data_or_taken_back_are_told_as_such()
    {
        static string Page(params ReportContents[] candidates) => System.Net.WebUtility.HtmlDecode(System.Text.Encoding.UTF8.GetString(ComparePage.Render(candidates, ReportLanguage.English)));
        var first = ReportSamples.Approved.CandidateEvaluations[0];
        var other = ReportSamples.Approved with { CandidateEvaluations = [first with { Report = first.Report with { Task = first.Report.Task with { DataDigest = ReportSamples.D("other rows") } } }] };
        Assert.Contains("their values of these tasks cannot be compared: sample_facts.", Page(ReportSamples.Approved, other), StringComparison.Ordinal);
        Assert.DoesNotContain("cannot be compared", Page(ReportSamples.Approved, ReportSamples.RejectedByBias), StringComparison.Ordinal);
        Assert.Contains("routing-good: Exactly this change was taken back by risk-04", Page(ReportSamples.Revoked, ReportSamples.RejectedByBias), StringComparison.Ordinal);
    }

    [Fact]
    public void The_charts_of_trials_lead_to_the_trials_and_to_what_they_took()
    {
        var page = WebPage.Of(WithRecords(ReportSamples.Tried));
        Assert.Matches($"<a href=\"#record-[0-9a-f]+\" class=\"from\">Score against the bytes", page);
        Assert.Matches($"<a href=\"#record-[0-9a-f]+\" class=\"from\">Score against the training time", page);
    }

    [Theory]
    [InlineData(ReportLanguage.English)]
    [InlineData(ReportLanguage.Japanese)]
    public void Every_number_of_a_portfolio_stands_beside_its_decision_or_leads_to_it(ReportLanguage language)
    {
        var (text, decision) = (ReportText.Load(language), ReportSamples.Approved.Decision);
        var waiver = new LoggedWaiver("evidence-age", ReportSamples.D("w"), [new LoggedSignature("risk-04", ReportSamples.D("k"), ReportSamples.D("b"))], new DateOnly(2026, 11, 30));
        var data = new DecisionData(Verdict.Approved, new LoggedIdentity("demo", "1", ReportSamples.D("policy")), Waivers: [waiver], Release: 1);
        var release = new PortfolioRelease(1, new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero), "routing-good", ReleaseState.Current, decision.ComputeDigest(), data);
        var page = System.Text.Encoding.UTF8.GetString(PortfolioPage.Render("example.org/releases", [release], [decision], areRevocationsJudged: true, new DateOnly(2026, 12, 1), language));
        var beside = new[] { "portfolio.logged", "portfolio.policy", "portfolio.approved-by", "decision.facts-digest", "waivers.rule", "approvals.signer" }.Select(key => text[key]).ToHashSet(StringComparer.Ordinal);
        var cells = Cells(System.Net.WebUtility.HtmlDecode(page)).Where(cell => cell.Text.Any(char.IsAsciiDigit)).ToList();
        Assert.Empty(cells.Where(cell => !cell.IsLinked && !beside.Contains(cell.Head)).Select(cell => $"{cell.Head}: {cell.Text}"));
        Assert.True(cells.Count(cell => cell.IsLinked) > 4);
        Assert.Contains($"id=\"record-{decision.ComputeDigest().Abbreviated}\"", page, StringComparison.Ordinal);
        Assert.Contains(language == ReportLanguage.English ? "holds one release." : "1件のリリースが記録されています。", page, StringComparison.Ordinal);
    }

    /// <summary>A report of a finished gate: the decision names all that its rules and its tasks rest on, and the files beside it are there.</summary>
    private static ReportContents WithRecords(ReportContents contents)
    {
        var named = contents.Decision.Evidence.Select(link => link.Digest).ToHashSet();
        var more = contents.Decision.Rules.SelectMany(rule => rule.Evidence).Concat(contents.BaseEvaluations.Concat(contents.CandidateEvaluations).Select(evaluation => evaluation.Digest)).Where(named.Add)
            .Select(digest => new EvidenceLink($"evaluations/{digest.Abbreviated}.json", "loragate.evaluation-report/1", digest));
        string[] beside = [Dossier.RunFile, Dossier.MeasurementFile, Dossier.PreviousFile, Dossier.PreviousMeasurementFile, .. contents.SincePrevious.Select(each => Dossier.PreviousReportFile(each.Rule.Measure.Task)).Distinct(), Dossier.TrialsFile, Dossier.TrialCostsFile, DossierProofs.DecisionProof];
        return contents with
        {
            Decision = contents.Decision with { Evidence = [.. contents.Decision.Evidence, .. more] },
            Files = [.. beside.Select(file => new EvidenceFile(file, System.Text.Encoding.UTF8.GetBytes(file), contents.Run.Created))],
        };
    }

    /// <summary>The cells of all tables but the rows' names: what heads each (its column, or in a table without heads its row), its text without drawings, and whether it is linked.</summary>
    private static IEnumerable<(string Head, string Text, bool IsLinked)> Cells(string page) =>
        from row in Row().Matches(page)
        let rowName = Plain(RowName().Match(row.Value).Value)
        from cell in DataCell().Matches(row.Value)
        let head = Head().Match(cell.Value) is { Success: true } match ? match.Groups[1].Value : rowName
        select (head, Plain(cell.Value), cell.Value.Contains("<a href=\"#record-", StringComparison.Ordinal));

    private static string Plain(string html) => Tag().Replace(Drawing().Replace(html, ""), " ").Trim();

    [GeneratedRegex("<tr>.*?</tr>", RegexOptions.Singleline)]
    private static partial Regex Row();

    [GeneratedRegex("<th scope=\"row\".*?</th>", RegexOptions.Singleline)]
    private static partial Regex RowName();

    [GeneratedRegex("<td.*?</td>", RegexOptions.Singleline)]
    private static partial Regex DataCell();

    [GeneratedRegex("^<td data-head=\"([^\"]*)\"")]
    private static partial Regex Head();

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Drawing();

    [GeneratedRegex("<[a-z/][^>]*>")]
    private static partial Regex Tag();
}
