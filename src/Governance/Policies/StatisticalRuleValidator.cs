using System.Globalization;
using System.Linq.Expressions;
using FluentValidation;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Deciding;

namespace Loragate.Governance.Policies;

/// <summary>What every statistical rule has to fulfil: among it, that what it demands can be kept and can be broken by scores as the metric has them.</summary>
internal abstract class StatisticalRuleValidator<T> : RuleValidator<T>
    where T : StatisticalRule
{
    /// <summary>lm-evaluation-harness's metrics that divide the log-likelihood of all items together: no item has one.</summary>
    private static readonly HashSet<string> Perplexities = ["perplexity", "word_perplexity", "byte_perplexity", "bits_per_byte"];

    // Beyond these no plan means anything, and the power calculation leaves what doubles and normal approximations can say.
    private const double Least = 1e-6;
    private const double Greatest = 1e9;
    private const double MostEffect = 1e6;
    private const double MostPower = 1 - 1e-6;

    /// <param name="limit">The rule's limit.</param>
    /// <param name="isLimit">What a limit must be, whatever the metric.</param>
    /// <param name="fault">The same as a fault.</param>
    protected StatisticalRuleValidator(Expression<Func<T, double>> limit, Func<double, bool> isLimit, string fault)
    {
        RuleFor(rule => rule.Measure.Metric).NotEmpty().WithMessage("'metric' must not be empty");
        RuleFor(rule => rule.Measure.Metric).Must(metric => !Perplexities.Contains(metric.Split(',')[0]))
            .WithMessage(rule => $"'metric': '{rule.Measure.Metric}' is of all items together and no item has it; 'loglikelihood' is an item's own, of which more is better");
        RuleFor(rule => rule.Plan.Power).Must(power => power is >= 0.5 and <= MostPower).WithMessage("'power' must be at least 0.5 and at most 0.999999");
        RuleFor(rule => rule.Plan.DesignEffect).Must(effect => effect is >= 1 and <= MostEffect).WithMessage("'designEffect' must be at least 1 and at most 1000000");
        RuleFor(rule => rule.Plan).Must(plan => plan.Discordance is null != plan.Deviation is null)
            .WithMessage("a plan has either 'discordance' or 'deviation'");
        CheckSpread();
        RuleFor(rule => rule.Plan.AssumedDifference).Must(difference => Math.Abs(difference) <= Greatest).WithMessage("'assumedDifference' must not be beyond ±1000000000");
        RuleFor(rule => rule.Plan.AssumedDifference).Must((rule, difference) => rule.Plan.Discordance is not { } share || Math.Abs(difference) < share)
            .WithMessage("'assumedDifference' must be smaller than 'discordance': models that differ on few items cannot differ by more");
        RuleFor(rule => rule.Plan.AssumedDifference).Must((rule, _) => rule.Plan.Discordance is not null || IsVacuous(rule) || IsImpossible(rule) || !IsOutside(rule.AssumedValue, rule.Reach))
            .WithMessage(rule => $"'assumedDifference' supposes what cannot be: {Reach(rule)}");
        RuleFor(limit).Cascade(CascadeMode.Stop)
            .Must(isLimit).WithMessage(fault)
            .Must(value => Math.Abs(value) <= Greatest).WithMessage($"{KeyOf(limit)} must not be beyond ±1000000000")
            .Must((rule, _) => !IsVacuous(rule)).WithMessage(rule => $"{KeyOf(limit)} demands nothing: {Reach(rule)}, so every model passes")
            .Must((rule, _) => !IsImpossible(rule)).WithMessage(rule => $"{KeyOf(limit)} is out of reach: {Reach(rule)}, so no model passes");
    }

    private void CheckSpread()
    {
        RuleFor(rule => rule.Plan.Deviation).Cascade(CascadeMode.Stop)
            .Must(deviation => deviation is null or (>= Least and <= Greatest)).WithMessage("'deviation' must be at least 0.000001 and at most 1000000000")
            .Must((rule, deviation) => deviation is null || rule.Reach is not { } reach || deviation <= (reach.Greatest - reach.Least) / 2)
            .WithMessage(rule => $"'deviation' is more than there can be: {Reach(rule)}, and no deviation is more than half of that width");
        RuleFor(rule => rule.Plan.Discordance).Must(discordance => discordance is null or (>= Least and <= 1))
            .WithMessage("'discordance' must be at least 0.000001 and at most 1");
        RuleFor(rule => rule.Plan.Discordance).Cascade(CascadeMode.Stop)
            .Must((rule, discordance) => discordance is null || rule.IsPaired)
            .WithMessage("'discordance' is for rules that compare with the base; give 'deviation' here")
            .Must((rule, discordance) => discordance is null || rule.Range is null or { Least: 0, Greatest: 1 })
            .WithMessage(rule => $"'discordance' is for yes-or-no scores, and '{rule.Measure.Metric}' has others; give 'deviation' here");
    }

    /// <summary>Whether whatever the scores can be fulfils the demand.</summary>
    private static bool IsVacuous(T rule) => rule.Reach is { } reach && rule.Region.Low <= reach.Least && rule.Region.High >= reach.Greatest;

    /// <summary>Whether nothing that the scores can be fulfils it.</summary>
    private static bool IsImpossible(T rule) => rule.Reach is { } reach && (rule.Region.Low >= reach.Greatest || rule.Region.High <= reach.Least);

    private static bool IsOutside(double value, MetricRange? reach) => reach is not null && (value < reach.Least || value > reach.Greatest);

    /// <summary>The range in words; shares with what 0.05 of them is.</summary>
    private static string Reach(T rule)
    {
        var what = rule.IsPaired ? $"a difference of '{rule.Measure.Metric}'" : $"'{rule.Measure.Metric}'";
        return rule.Reach! switch
        {
            { IsBounded: true } reach => string.Create(CultureInfo.InvariantCulture, $"{what} lies between {reach.Least} and {reach.Greatest}{(reach.Greatest == 1 ? " (0.05 is five points)" : "")}"),
            { Greatest: < double.PositiveInfinity and var greatest } => string.Create(CultureInfo.InvariantCulture, $"{what} is at most {greatest}"),
            { Least: var least } => string.Create(CultureInfo.InvariantCulture, $"{what} is at least {least}"),
        };
    }

    private static string KeyOf(Expression<Func<T, double>> limit) => $"'{((MemberExpression)limit.Body).Member.Name.ToLowerInvariant()}'";
}
