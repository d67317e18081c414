using FluentValidation;
using Severity = Loragate.Artifacts.Records.Severity;

namespace Loragate.Governance.Policies;

/// <summary>What every rule has to fulfil.</summary>
internal abstract class RuleValidator<T> : AbstractValidator<T>
    where T : Rule
{
    protected RuleValidator()
    {
        RuleFor(rule => rule.Head.Id).Matches("^[a-z0-9]+(-[a-z0-9]+)*$").WithMessage("an id is made of small letters, digits and single hyphens");
        RuleFor(rule => rule.Head.Why).NotEmpty().WithMessage("'why' must say in plain words why the rule is there");
        RuleFor(rule => rule.Head.Severity).Must(severity => severity is Severity.Block or Severity.Warn).WithMessage("'severity' must be block or warn");
    }
}
