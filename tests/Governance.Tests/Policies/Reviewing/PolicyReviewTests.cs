using Loragate.Governance.Policies;
using Loragate.Governance.Policies.Reviewing;
using Loragate.Testing;

namespace Loragate.Governance.Tests.Policies.Reviewing;

public sealed class PolicyReviewTests
{
    [Fact]
    public void A_policy_with_every_kind_of_rule_is_asked_only_about_what_it_leaves_open()
    {
        var warnings = PolicyReview.Warnings(PolicyTests.Parse(PolicyTests.Example()));
        Assert.Equal(["no-pin", "freshness-only-warns"], warnings.Select(warning => warning.Id).Distinct());
    }

    public static TheoryData<string, string, string> Gaps => new()
    {
        { "check: inspection\n    severity: block", "check: inspection\n    severity: warn", "inspection-only-warns" },
        { "check: non-inferiority\n    severity: block", "check: non-inferiority\n    severity: warn", "retained-skill-only-warns" },
        { "check: approval\n    severity: block", "check: approval\n    severity: warn", "approval-only-warns" },
        { "forbid: [no-op]", "forbid: []", "nothing-forbidden" },
        { "alpha: 0.05", "alpha: 0.1", "alpha-high" },
        { "plan: {discordance: 0.2, power: 0.9}", "plan: {discordance: 0.2, power: 0.7}", "power-low" },
        { "excludeAuthor: true", "excludeAuthor: false", "author-approves" },
        { "roles: {reviewer: 2, risk-owner: 1}", "roles: {reviewer: 1}", "one-approves" },
        { "rules: [keeps-skill, fresh]", "rules: [fair]", "bias-waivable" },
        { "  pairs:\n", "  spare:\n    file: tasks/spare.yaml\n    purpose: Nothing.\n  pairs:\n", "task-unused" },
    };

    [Theory, MemberData(nameof(Gaps))]
    public void What_a_reviewer_would_ask_is_told_with_its_line(string closed, string open, string id)
    {
        var text = Replace(PolicyTests.Example(), closed, open);
        var warning = Assert.Single(PolicyReview.Warnings(PolicyTests.Parse(text)), warning => warning.Id == id);
        Assert.InRange(warning.Line, 1, text.Split('\n').Length);
        Assert.DoesNotContain(PolicyReview.Warnings(PolicyTests.Parse(PolicyTests.Example())), warning => warning.Id == id);
    }

    [Fact]
    public void A_policy_that_asks_for_next_to_nothing_is_asked_about_all_of_it()
    {
        var policy = PolicyTests.Parse("schema: loragate.policy/1\nname: bare\nversion: \"1\"\ndescription: Next to nothing.\nalpha: 0.05\nrules:\n  - {id: fresh, check: evidence-freshness, severity: block, why: It is something., maximumDays: 1}\n");
        Assert.Equal(["no-inspection", "no-fidelity", "no-gain", "no-retained-skill", "no-bias", "no-approval"], PolicyReview.Warnings(policy).Select(warning => warning.Id));
        Assert.All(PolicyReview.Warnings(policy), warning => Assert.Equal(6, warning.Line));
    }

    [Fact]
    public void A_warning_about_a_rule_stands_on_the_line_of_its_id()
    {
        var text = PolicyTests.Example();
        var line = text.Split('\n').ToList().FindIndex(one => one.Contains("id: fresh", StringComparison.Ordinal)) + 1;
        Assert.Equal(line, Assert.Single(PolicyReview.Warnings(PolicyTests.Parse(text)), warning => warning.Id == "freshness-only-warns").Line);
    }

    [Fact]
    public void Every_warning_is_on_the_format_page()
    {
        var page = File.ReadAllText(Repository.PathTo("docs", "formats", "policy-check.v1.md"));
        var source = File.ReadAllText(Repository.PathTo("src", "Governance", "Policies", "Reviewing", "PolicyReview.cs"));
        var ids = System.Text.RegularExpressions.Regex.Matches(source, "new PolicyWarning\\(\"([a-z-]+)\"|is [A-Za-z ]+, \"([a-z-]+)\"").Select(match => match.Groups[1].Success ? match.Groups[1].Value : $"no-{match.Groups[2].Value}").ToList();
        Assert.True(ids.Count > 10);
        Assert.All(ids, id => Assert.Contains($"`{id}`", page, StringComparison.Ordinal));
    }

    private static string Replace(string text, string old, string @new)
    {
        var at = text.IndexOf(old, StringComparison.Ordinal);
        Assert.True(at >= 0, $"The example has no '{old}'.");
        return text[..at] + @new + text[(at + old.Length)..];
    }
}
