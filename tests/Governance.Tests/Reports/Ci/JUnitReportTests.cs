using System.Xml.Linq;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using static Loragate.Governance.Reports.Ci.SarifLogTests.Sample;

namespace Loragate.Governance.Reports.Ci;

public sealed class JUnitReportTests
{
    [Fact]
    public void Every_rule_is_a_test_case_and_the_counts_are_right()
    {
        var root = Parse(Decision());
        var suite = Assert.Single(root.Elements("testsuite"));
        Assert.Equal(["passed", "failed", "told", "open", "waived"], suite.Elements("testcase").Select(element => element.Attribute("name")!.Value));
        foreach (var counted in new[] { root, suite })
            Assert.Equal(("5", "1", "1", "2"), (Count(counted, "tests"), Count(counted, "failures"), Count(counted, "errors"), Count(counted, "skipped")));
        Assert.All(suite.Elements("testcase"), element => Assert.NotEmpty(element.Attribute("classname")!.Value));
        Assert.Equal(["passed", "failure:failed", "told", "error:open", "waived"], suite.Elements("testcase").Select(Kind));
        var digest = suite.Element("properties")!.Elements("property").Single(property => property.Attribute("name")!.Value == "decision.sha256");
        Assert.Equal(Decision().ComputeDigest().Hex, digest.Attribute("value")!.Value);
    }

    [Fact]
    public void Hostile_names_stay_text_and_the_xml_stays_well_formed()
    {
        var suite = Parse(Decision()).Element("testsuite")!;
        Assert.Contains("]]>\\u0001<x\\ud800", suite.Attribute("name")!.Value, StringComparison.Ordinal);
        Assert.Contains("<b>\\u001b[2K</b>\\uffff", suite.Descendants("failure").Single().Attribute("message")!.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Verdict.Approved, 0)]
    [InlineData(Verdict.Undecided, 1)]
    public void A_report_is_green_only_for_an_approved_release(Verdict verdict, int errors)
    {
        var suite = Parse(Decision(verdict, Rule("told", Severity.Warn, Outcome.Failed))).Element("testsuite")!;
        Assert.Equal(errors, suite.Descendants("error").Count());
        Assert.Equal(errors.ToString(System.Globalization.CultureInfo.InvariantCulture), Count(suite, "errors"));
    }

    [Fact]
    public void An_adapter_that_was_taken_back_is_a_failure_although_no_rule_fails()
    {
        var suite = Parse(Decision(Verdict.Rejected, Rule("passed", Severity.Block, Outcome.Passed)) with { Revocation = new AdapterRevocation(12) }).Element("testsuite")!;
        Assert.Equal(("1", "0"), (Count(suite, "failures"), Count(suite, "errors")));
        Assert.Contains("taken back (ledger entry 12)", suite.Descendants("failure").Single().Attribute("message")!.Value, StringComparison.Ordinal);
    }

    private static XElement Parse(Decision decision) => XDocument.Load(new MemoryStream(JUnitReport.Render(decision))).Root!;

    private static string Count(XElement element, string name) => element.Attribute(name)!.Value;

    private static string Kind(XElement testCase) =>
        testCase.Elements().FirstOrDefault(element => element.Name.LocalName is "failure" or "error") is { } told ? $"{told.Name.LocalName}:{testCase.Attribute("name")!.Value}" : testCase.Attribute("name")!.Value;
}
