using Loragate.Artifacts.Records.Deciding;

namespace Loragate.Governance.Reports.Sections;

/// <summary>What a report tells first, to somebody who knows none of the terms.</summary>
internal static class FirstPage
{
    public const string PolicyText = """
        schema: loragate.policy/1
        name: routing
        version: "1"
        description: Routes tickets better and takes no side.
        alpha: 0.05
        tasks:
          sample_facts: {file: facts.yaml, purpose: "What the base knows about the shop."}
        rules:
          - id: kept
            check: non-inferiority
            severity: block
            why: why
            task: sample_facts
            metric: acc
            margin: 0.1
            plan: {discordance: 0.2, power: 0.8}
        """;

    public static string First(ReportContents contents) => Cut(WebPage.Of(contents), "Original and changed model compared");

    public static string Cut(string page, string next) => page[page.IndexOf("<main", StringComparison.Ordinal)..page.IndexOf(next, StringComparison.Ordinal)];

    public static ReportContents Judged(params RuleResult[] rules) => ReportSamples.Approved with { Decision = ReportSamples.Approved.Decision with { Rules = rules } };
}
