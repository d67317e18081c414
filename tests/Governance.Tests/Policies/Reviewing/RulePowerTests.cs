using System.Text;
using Loragate.Governance.Policies;
using Loragate.Governance.Policies.Reviewing;
using Loragate.Governance.Signing;
using Loragate.Governance.Tests.Statistics;

namespace Loragate.Governance.Tests.Policies.Reviewing;

public sealed class RulePowerTests
{
    private static readonly Policy Example = PolicyTests.Parse(PolicyTests.Example());

    public static TheoryData<string> StatisticalRules => [.. Example.StatisticalRules.Select(rule => rule.Id)];

    [Theory, MemberData(nameof(StatisticalRules))]
    public void The_planned_items_have_the_planned_power_and_one_fewer_have_not(string id)
    {
        var rule = Example.StatisticalRules.Single(rule => rule.Id == id);
        var needed = rule.RequiredItems(Example.Alpha);
        Assert.True(rule.PowerOf(needed, Example.Alpha) >= rule.Plan.Power);
        Assert.True(rule.PowerOf(needed - 1, Example.Alpha) < rule.Plan.Power);
    }

    [Theory, MemberData(nameof(StatisticalRules))]
    public void The_smallest_effect_shrinks_with_more_items(string id)
    {
        var rule = Example.StatisticalRules.Single(rule => rule.Id == id);
        var needed = rule.RequiredItems(Example.Alpha);
        Assert.True(rule.SmallestEffect(4 * needed, Example.Alpha) < rule.SmallestEffect(needed, Example.Alpha));
    }

    [Fact]
    public void With_just_the_planned_items_the_smallest_margin_is_the_demanded_one()
    {
        double Smallest(string id) => Example.StatisticalRules.Single(rule => rule.Id == id) is var rule ? rule.SmallestEffect(rule.RequiredItems(Example.Alpha), Example.Alpha) : 0;
        // Whole items make it smaller by at most the share of one item: n = 685, 203 and 1353.
        Assert.Equal(0.05, Smallest("keeps-skill"), 4);
        Assert.Equal(0.1, Smallest("fair"), 3);
        Assert.Equal(0.04, Smallest("not-moved"), 4);
        Assert.Equal(0.15, Smallest("better"), 3);
    }

    /// <summary>A thousand decisions by the textbook's z-test on normal differences pass as often as the stated power says.</summary>
    [Fact]
    public void The_stated_power_is_the_share_of_trials_that_pass()
    {
        var rule = Example.StatisticalRules.Single(rule => rule.Id == "keeps-skill");
        const int items = 400;
        var sigma = Math.Sqrt(rule.Plan.Variance);
        var generator = new SplitMix64(11);
        var z = Governance.Statistics.Normal.Quantile(1 - Example.Alpha);
        const int trials = 20_000;
        var passed = Enumerable.Range(0, trials).Count(_ =>
        {
            var mean = sigma / Math.Sqrt(items) * Governance.Statistics.Normal.Quantile((generator.NextInt(1_000_000) + 0.5) / 1_000_000);
            return mean - z * sigma / Math.Sqrt(items) > -0.05;
        });
        // Standard error √(0.25 / 20 000) = 0.0035; four of them.
        Assert.InRange((double)passed / trials, rule.PowerOf(items, Example.Alpha) - 0.014, rule.PowerOf(items, Example.Alpha) + 0.014);
    }

    [Fact]
    public void Too_few_items_or_clusters_are_a_fault()
    {
        var rule = Example.StatisticalRules.Single(rule => rule.Id == "fair");
        IReadOnlyList<IReadOnlyDictionary<string, string>> Rows(int count, int clusters) =>
            [.. Enumerable.Range(0, count).Select(i => new Dictionary<string, string> { ["bias_type"] = i % 2 == 0 ? "gender" : "age", ["template"] = $"{i / 2 % clusters}" })];
        var needed = rule.RequiredItems(Example.Alpha);
        Assert.Null(RulePower.Of(Example, rule, Rows(2 * needed, 12)).Fault);
        Assert.Contains($"needs {needed} items", RulePower.Of(Example, rule, Rows(2 * needed - 2, 12)).Fault, StringComparison.Ordinal);
        Assert.Contains("9 clusters", RulePower.Of(Example, rule, Rows(2 * needed, 9)).Fault, StringComparison.Ordinal);
        var none = RulePower.Of(Example, rule, []);
        Assert.Equal((0, null), (none.Available, none.Power));
        Assert.NotNull(none.Fault);
    }

    [Fact]
    public void Without_data_nothing_is_claimed_of_items()
    {
        var power = RulePower.Of(Example, Example.StatisticalRules.First(), null);
        Assert.Null(power.Available);
        Assert.Null(power.Power);
        Assert.Null(power.Fault);
    }

    [Fact]
    public void The_record_of_the_format_page_is_one()
    {
        var text = FormatPage.Example("policy-check.v1.md", "json record").TrimEnd();
        var check = Artifacts.Records.Record.Parse<PolicyCheck>(Encoding.UTF8.GetBytes(text), "policy-check.v1.md");
        Assert.Equal("demo", check.Policy!.Name);
    }
}
