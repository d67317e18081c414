using System.Text;
using System.Text.RegularExpressions;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Governance.Tests.Deciding;
using static Loragate.Governance.Reports.Ci.SarifLogTests.Sample;

namespace Loragate.Governance.Reports.Ci;

public sealed partial class StepSummaryTests
{
    [Fact]
    public void Every_rule_has_a_row_and_what_did_not_pass_stands_out()
    {
        var page = Render(Decision());
        Assert.Equal(["passed", "failed", "told", "open", "waived"], Rows(page, "rule").Select(row => row[0]));
        Assert.Equal(["Passed", "**Failed**", "**Failed**", "**Undecided**", "**Waived**"], Rows(page, "rule").Select(row => row[2]));
        Assert.Contains($"`{Decision().ComputeDigest()}`", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_an_exception_lifts_names_its_last_day()
    {
        var waiver = new WaiverResult(Digest.Of("waiver"u8), WaiverState.Valid, [], "waived", "For the pilot.", new DateOnly(2026, 11, 1), new DateOnly(2026, 12, 1));
        Assert.Equal("**Waived** until 2026-12-01", Rows(Render(Decision() with { Waivers = [waiver] }), "rule").Select(row => row[2]).Last());
    }

    [Fact]
    public void The_first_line_is_the_verdict() =>
        Assert.StartsWith("## Rejected: ", Render(Decision()), StringComparison.Ordinal);

    /// <summary>Of each, nothing is left that Markdown, HTML or GitHub gives a meaning.</summary>
    [Theory]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("![pixel](https://example.com/p.png)")]
    [InlineData("[click](javascript:alert(1))")]
    [InlineData("a | b | c")]
    [InlineData("\n\n## Approved\n")]
    [InlineData("`code` ```fence```")]
    [InlineData("**Approved** ~~Rejected~~ _x_")]
    [InlineData("see https://example.com and www.example.com and WWW.example.com")]
    [InlineData("@everyone mail a@example.com #1 GH-1")]
    [InlineData("&lt;b&gt; $math$ \\| <!-- hidden -->")]
    [InlineData("\u202Eevil\u0007")]
    public void A_hostile_name_is_text_and_nothing_else(string name)
    {
        var decision = Decision(Verdict.Rejected, Rule("rule", Severity.Block, Outcome.Failed) with { Summary = name }) is var made ? made with { Adapter = made.Adapter with { Name = name } } : null!;
        var page = Render(decision, new Finding("no-op", Severity.Block, name, name, name));
        Assert.Equal(Render(Decision(Verdict.Rejected, Rule("rule", Severity.Block, Outcome.Failed) with { Summary = "plain" }) is var plain ? plain with { Adapter = plain.Adapter with { Name = "plain" } } : null!, new Finding("no-op", Severity.Block, "plain", "plain", "plain")).Split('\n').Length, page.Split('\n').Length);
        var cells = Rows(page, "rule").Concat(Rows(page, "finding")).SelectMany(row => row).Append(page.Split('\n')[0][2..]).Where(cell => !cell.StartsWith("**", StringComparison.Ordinal));
        Assert.All(cells, cell => Assert.DoesNotMatch(@"[<>\[\]`*_~|@\\$""!{}]|://|www\.|\p{Cc}|\u202E", Reference().Replace(cell.Replace("Rejected: ", "", StringComparison.Ordinal), "")));
    }

    [Fact]
    public void A_flood_of_findings_is_cut_with_its_number()
    {
        var page = Render(Decision(), [.. Enumerable.Range(0, 10_000).Select(i => new Finding("dead-module", i == 9_999 ? Severity.Block : Severity.Warn, $"layers.{i}", new string('x', 5_000), "Train it."))]);
        Assert.InRange(Encoding.UTF8.GetByteCount(page), 1, 1 << 20);
        Assert.Contains("9950 more are in the dossier.", page, StringComparison.Ordinal);
        Assert.Equal("layers.9999", Rows(page, "finding")[0][2]);
    }

    private static string Render(Decision decision, params Finding[] findings) => Encoding.UTF8.GetString(StepSummary.Render(decision, SampleEvidence.Inspection(findings).Record));

    /// <summary>The rows of the table whose first head is given; a cell ends at a bar and nowhere else.</summary>
    private static List<string[]> Rows(string page, string head) =>
    [
        .. page.Split('\n').SkipWhile(line => !line.StartsWith($"| {head} |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.Length > 0)
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray()),
    ];

    [GeneratedRegex("&#[0-9]+;")]
    private static partial Regex Reference();
}
