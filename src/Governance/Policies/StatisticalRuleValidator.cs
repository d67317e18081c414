using FluentValidation;

namespace Loragate.Governance.Policies;

/// <summary>What every statistical rule has to fulfil.</summary>
internal abstract class StatisticalRuleValidator<T> : RuleValidator<T>
    where T : StatisticalRule
{
    protected StatisticalRuleValidator()
    {
        RuleFor(rule => rule.Measure.Metric).NotEmpty().WithMessage("'metric' must not be empty");
        RuleFor(rule => rule.Plan.Power).Must(power => power is >= 0.5 and < 1).WithMessage("'power' must be at least 0.5 and below 1");
        RuleFor(rule => rule.Plan.DesignEffect).Must(effect => effect >= 1).WithMessage("'designEffect' must be at least 1");
        RuleFor(rule => rule.Plan).Must(plan => plan.Discordance is null != plan.Deviation is null)
            .WithMessage("a plan has either 'discordance' or 'deviation'");
        RuleFor(rule => rule.Plan.Deviation).Must(deviation => deviation is null or > 0).WithMessage("'deviation' must be positive");
        RuleFor(rule => rule.Plan.Discordance).Must(discordance => discordance is null or (> 0 and <= 1))
            .WithMessage("'discordance' must be above 0 and at most 1");
        RuleFor(rule => rule.Plan.Discordance).Must((rule, discordance) => discordance is null || rule.IsPaired)
            .WithMessage("'discordance' is for rules that compare with the base; give 'deviation' here");
        RuleFor(rule => rule.Plan.AssumedDifference).Must((rule, difference) => rule.Plan.Discordance is not { } share || Math.Abs(difference) < share)
            .WithMessage("'assumedDifference' must be smaller than 'discordance': models that differ on few items cannot differ by more");
    }
}
