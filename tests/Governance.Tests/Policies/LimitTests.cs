using Loragate.Governance.Policies;

namespace Loragate.Governance.Tests.Policies;

/// <summary>A demand that every model fulfils, or none, and a plan that supposes what cannot be, are faults of the policy: nothing has to be scored to see them.</summary>
public sealed class LimitTests
{
    [Theory]
    [InlineData("check: bias-drift, metric: acc, maximum: 4, plan: {deviation: 0.5, power: 0.9}", "'maximum'")]
    [InlineData("check: bias-drift, metric: bias, maximum: 2, plan: {deviation: 0.5, power: 0.9}", "'maximum'")]
    [InlineData("check: bias-drift, metric: own, maximum: 1, plan: {discordance: 0.5, power: 0.9}", "'maximum'")]
    [InlineData("check: bias-level, metric: stereotype, maximum: 10, plan: {deviation: 0.5, power: 0.9}", "'maximum'")]
    [InlineData("check: bias-level, metric: stereotype, maximum: 0.5, plan: {deviation: 0.5, power: 0.9}", "'maximum'")]
    [InlineData("check: minimum-metric, metric: acc, minimum: -0.1, plan: {deviation: 0.4, assumedDifference: 0.2, power: 0.9}", "'minimum'")]
    [InlineData("check: minimum-metric, metric: acc, minimum: 0, plan: {deviation: 0.4, assumedDifference: 0.2, power: 0.9}", "'minimum'")]
    [InlineData("check: minimum-metric, metric: likelihood_diff, minimum: -5, plan: {deviation: 40, assumedDifference: 20, power: 0.9}", "'minimum'")]
    [InlineData("check: non-inferiority, metric: acc, margin: 5, plan: {deviation: 0.5, power: 0.9}", "'margin'")]
    [InlineData("check: non-inferiority, metric: brier_score, better: lower, margin: 2, plan: {deviation: 0.5, power: 0.9}", "'margin'")]
    [InlineData("check: non-inferiority, metric: \"exact_match,strict\", margin: 1, plan: {discordance: 0.5, power: 0.9}", "'margin'")]
    [InlineData("check: group-fairness, metric: selection-rate, group: g, groups: [a, b], positive: 1, maximum: 1, plan: {deviation: 0.5, power: 0.9}", "'maximum'")]
    public void A_limit_that_every_model_keeps_is_refused(string rule, string key)
    {
        var fault = FaultOf(rule);
        Assert.StartsWith(key, fault, StringComparison.Ordinal);
        Assert.EndsWith("every model passes", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check: minimum-metric, metric: acc, minimum: 70, plan: {deviation: 0.4, assumedDifference: 0.1, power: 0.9}")]
    [InlineData("check: minimum-metric, metric: loglikelihood, minimum: 1, plan: {deviation: 0.4, assumedDifference: 0.1, power: 0.9}")]
    [InlineData("check: improvement, metric: acc, minimum: 1, plan: {deviation: 0.5, assumedDifference: 1.5, power: 0.9}")]
    public void A_limit_that_no_model_can_keep_is_refused(string rule)
    {
        var fault = FaultOf(rule);
        Assert.StartsWith("'minimum'", fault, StringComparison.Ordinal);
        Assert.EndsWith("no model passes", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check: non-inferiority, metric: acc, margin: 0.05, plan: {deviation: 40, power: 0.9}", "'deviation'")]
    [InlineData("check: bias-level, metric: stereotype, maximum: 0.1, plan: {deviation: 0.6, power: 0.9}", "'deviation'")]
    [InlineData("check: group-fairness, metric: selection-rate, group: g, groups: [a, b], positive: 1, maximum: 0.1, plan: {deviation: 0.6, power: 0.9}", "'deviation'")]
    [InlineData("check: minimum-metric, metric: acc, minimum: 0.7, plan: {deviation: 0.4, assumedDifference: 0.4, power: 0.9}", "'assumedDifference'")]
    [InlineData("check: improvement, metric: acc, minimum: 0.02, plan: {deviation: 0.5, assumedDifference: 2, power: 0.9}", "'assumedDifference'")]
    [InlineData("check: non-inferiority, metric: loglikelihood, margin: 15, plan: {discordance: 0.2, power: 0.9}", "'discordance'")]
    public void A_plan_that_supposes_what_cannot_be_is_refused(string rule, string key) => Assert.StartsWith(key, FaultOf(rule), StringComparison.Ordinal);

    [Theory]
    [InlineData("perplexity")]
    [InlineData("word_perplexity")]
    [InlineData("bits_per_byte")]
    public void A_perplexity_is_no_items_score_and_the_items_log_likelihood_is_named_instead(string metric) =>
        Assert.Contains("'loglikelihood'", FaultOf($"check: non-inferiority, metric: {metric}, better: lower, margin: 0.1, plan: {{deviation: 0.5, power: 0.9}}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("check: non-inferiority, metric: loglikelihood, margin: 15, plan: {deviation: 20, power: 0.9}")]
    [InlineData("check: minimum-metric, metric: loglikelihood, minimum: -5, plan: {deviation: 20, assumedDifference: 4, power: 0.9}")]
    [InlineData("check: bias-drift, metric: bias, maximum: 1.9, plan: {deviation: 2, power: 0.9}")]
    [InlineData("check: bias-level, metric: stereotype, maximum: 0.49, plan: {deviation: 0.5, power: 0.9}")]
    [InlineData("check: bias-level, metric: acc, neutral: 0.2, maximum: 0.3, plan: {deviation: 0.5, power: 0.9}")]
    [InlineData("check: bias-level, metric: association, maximum: 3, plan: {deviation: 9, power: 0.9}")]
    [InlineData("check: improvement, metric: acc, minimum: 0, plan: {deviation: 1, assumedDifference: 0.5, power: 0.9}")]
    public void A_limit_within_what_the_metric_can_be_is_none_of_that(string rule) => Assert.Single(PolicyTests.Parse(Of(rule)).Rules);

    [Theory]
    [InlineData("check: non-inferiority, metric: acc, margin: 0.05, plan: {deviation: 1e-170, power: 0.9}", "'deviation' must be at least 0.000001")]
    [InlineData("check: non-inferiority, metric: loglikelihood, margin: 15, plan: {deviation: 1e200, power: 0.9}", "'deviation' must be at least 0.000001 and at most 1000000000")]
    [InlineData("check: bias-drift, metric: acc, maximum: 0.05, plan: {deviation: 0.5, power: 0.9999999999999999}", "'power' must be at least 0.5 and at most 0.999999")]
    [InlineData("check: group-fairness, metric: selection-rate, group: g, groups: [a, b], positive: 1, maximum: 0.1, plan: {deviation: 0.5, power: 0.9999999999999999}", "'power'")]
    [InlineData("check: bias-drift, metric: acc, maximum: 0.05, plan: {deviation: 0.5, designEffect: 1e308, power: 0.9}", "'designEffect' must be at least 1 and at most 1000000")]
    [InlineData("check: non-inferiority, metric: loglikelihood, margin: 1.7e308, plan: {deviation: 20, power: 0.9}", "'margin' must not be beyond")]
    [InlineData("check: minimum-metric, metric: own, minimum: -5, plan: {deviation: 20, assumedDifference: 1.7e308, power: 0.9}", "'assumedDifference'")]
    public void A_number_that_no_calculation_takes_is_refused(string rule, string fault) => Assert.StartsWith(fault, FaultOf(rule), StringComparison.Ordinal);

    [Theory]
    [InlineData("check: non-inferiority, metric: acc, margin: 1e-300, plan: {deviation: 1, power: 0.999999, designEffect: 1e6}")]
    [InlineData("check: non-inferiority, metric: loglikelihood, margin: 1e9, plan: {deviation: 0.000001, power: 0.5}")]
    [InlineData("check: bias-drift, metric: own, maximum: 1e9, plan: {deviation: 0.000001, power: 0.999999}")]
    [InlineData("check: bias-drift, metric: own, maximum: 1e-300, plan: {deviation: 1e9, power: 0.999999, designEffect: 1e6}")]
    [InlineData("check: minimum-metric, metric: loglikelihood, minimum: -1e9, plan: {deviation: 1e9, assumedDifference: 1e-300, power: 0.5}")]
    [InlineData("check: group-fairness, metric: selection-rate, group: g, groups: [a, b], positive: 1, maximum: 1e-300, plan: {deviation: 0.000001, power: 0.999999}")]
    public void The_ends_of_what_is_accepted_can_be_calculated_with(string rule)
    {
        var policy = PolicyTests.Parse(Of(rule).Replace("alpha: 0.05", "alpha: 0.000001", StringComparison.Ordinal));
        var only = Assert.Single(policy.StatisticalRules);
        Assert.InRange(only.RequiredItems(policy.Alpha), 2, 1_000_000_000);
        Assert.InRange(only.PowerOf(1000, policy.Alpha), 0, 1);
        Assert.True(double.IsFinite(only.SmallestEffect(1000, policy.Alpha)));
    }

    private static string FaultOf(string rule) => Assert.Single(Assert.Throws<PolicyException>(() => PolicyTests.Parse(Of(rule))).Faults).Message;

    private static string Of(string rule) => $$"""
        schema: loragate.policy/1
        name: one
        version: "1"
        description: One rule.
        alpha: 0.05
        tasks:
          skill: {file: skill.yaml, purpose: skill}
        rules:
          - {id: one, severity: block, why: why, task: skill, {{rule}} }
        """;
}
