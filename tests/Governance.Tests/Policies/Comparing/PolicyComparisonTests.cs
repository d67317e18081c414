using System.Text;
using Loragate.Governance.Policies.Comparing;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Tests.Policies.Comparing;

public sealed class PolicyComparisonTests
{
    [Fact]
    public void A_policy_does_not_differ_from_itself() => Assert.Empty(Changes(text => text));

    public static TheoryData<string, string, string> Edits => new()
    {
        { "alpha: 0.05", "alpha: 0.01", "changed alpha: 0.05 → 0.01" },
        { "    margin: 0.05", "    margin: 0.02", "changed rules.keeps-skill.margin: 0.05 → 0.02" },
        { "severity: warn", "severity: block", "changed rules.fresh.severity: warn → block" },
        { "    limit: 1000\n", "", "removed tasks.general.limit: 1000" },
        { "    forbid: [no-op]", "    forbid: [no-op, pickle]", "changed rules.sound.forbid: [no-op] → [no-op, pickle]" },
        { "task: 2e7d2c03", "task: 00000003", "changed tasks.own.sha256.task: 2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6 → 00000003a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6" },
        { "  maximumDays: 90", "  maximumDays: 30", "changed waivers.maximumDays: 90 → 30" },
        { "roles: {reviewer: 2, risk-owner: 1}", "roles: {reviewer: 2}", "removed rules.people-agree.roles.risk-owner: 1" },
        { "    better: higher\n", "", "removed rules.better.better: higher" },
    };

    [Theory, MemberData(nameof(Edits))]
    public void One_edit_is_one_change_with_its_key(string old, string @new, string change) =>
        Assert.Equal(change, Assert.Single(Changes(text => Replace(text, old, @new))).ToString());

    [Fact]
    public void A_rule_that_is_added_or_removed_is_one_change()
    {
        const string rule = "  - id: fresh\n    check: evidence-freshness\n    severity: warn\n    why: Old evidence may be about another world.\n    maximumDays: 30\n";
        var change = Assert.Single(Changes(text => Replace(Replace(text, rule, ""), "rules: [keeps-skill, fresh]", "rules: [keeps-skill]")), change => change.Key.StartsWith("rules", StringComparison.Ordinal));
        Assert.Equal("rules.fresh", change.Key);
        Assert.Null(change.After);
        Assert.Contains("maximumDays: 30", change.Before, StringComparison.Ordinal);
    }

    [Fact]
    public void Neither_the_order_of_rules_nor_another_way_to_write_a_number_is_a_change()
    {
        var lines = PolicyTests.Example();
        var at = lines.IndexOf("  - id: sound", StringComparison.Ordinal);
        var end = lines.IndexOf("  - id: good-enough", StringComparison.Ordinal);
        var rule = lines[at..end];
        Assert.Empty(Changes(text => Replace(Replace(Replace(text, rule, ""), "\nwaivers:", $"\n{rule}\nwaivers:"), "    margin: 0.05", "    margin: 5e-2")));
    }

    [Fact]
    public void Another_policy_altogether_is_told_and_not_refused() =>
        Assert.NotEmpty(PolicyComparison.Changes(PolicyTests.Parse(PolicyTests.Example()), Governance.Policies.Policy.ReadFile(Testing.Repository.PathTo("policies", "demo.yaml"))));

    [Fact]
    public void The_record_of_the_format_page_is_one()
    {
        var text = FormatPage.Example("policy-diff.v1.md", "json record").TrimEnd();
        Assert.Single(Artifacts.Records.Record.Parse<PolicyDiff>(Encoding.UTF8.GetBytes(text), "policy-diff.v1.md").Changes);
    }

    private static IReadOnlyList<PolicyChange> Changes(Func<string, string> edit) =>
        PolicyComparison.Changes(PolicyTests.Parse(PolicyTests.Example()), PolicyTests.Parse(edit(PolicyTests.Example())));

    private static string Replace(string text, string old, string @new)
    {
        Assert.Contains(old, text, StringComparison.Ordinal);
        return text.Replace(old, @new, StringComparison.Ordinal);
    }
}
