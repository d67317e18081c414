using FluentValidation;
using Loragate.Governance.Policies.Rules;
using Severity = Loragate.Artifacts.Records.Severity;

namespace Loragate.Governance.Policies;

/// <summary>What a policy as a whole has to fulfil.</summary>
internal sealed class PolicyValidator : AbstractValidator<Policy>
{
    // Above it a "shown" would be no more than a suspicion.
    private const double LargestAlpha = 0.1;

    // Below it normal approximations and doubles say nothing any more.
    private const double SmallestAlpha = 1e-6;

    public PolicyValidator()
    {
        RuleFor(policy => policy.Name).NotEmpty().WithMessage("'name' must not be empty");
        RuleFor(policy => policy.Version).NotEmpty().WithMessage("'version' must not be empty");
        RuleFor(policy => policy.Description).NotEmpty().WithMessage("'description' must not be empty");
        RuleFor(policy => policy.Alpha).Must(alpha => alpha is >= SmallestAlpha and <= LargestAlpha).WithMessage("'alpha' must be at least 0.000001 and at most 0.1");
        RuleFor(policy => policy.Seed).Must(seed => seed >= 0).WithMessage("'seed' must not be negative");
        RuleFor(policy => policy.Rules).Must(rules => rules.Any(rule => rule.Severity == Severity.Block))
            .WithMessage("at least one rule must have the severity block, or everything would be approved");
        RuleFor(policy => policy.Rules).Must(rules => rules.OfType<ApprovalRule>().Count() <= 1).WithMessage("a policy has at most one rule of the check approval");
        RuleFor(policy => policy.Rules).Must((policy, rules) => rules.OfType<ContaminationRule>().All(rule => rule.Tasks is null || rule.Tasks.All(policy.Tasks.ContainsKey)))
            .WithMessage("'tasks' of a contamination rule may name tasks of this policy only");
        RuleFor(policy => policy.Waivers).Must((policy, terms) => terms is null || terms.Rules.All(id => policy.Rules.Any(rule => rule.Id == id && rule is not (InspectionRule or ApprovalRule))))
            .WithMessage("'waivers' may name rules of this policy only, and none of the checks inspection and approval");
    }
}
