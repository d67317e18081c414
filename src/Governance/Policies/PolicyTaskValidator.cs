using FluentValidation;

namespace Loragate.Governance.Policies;

/// <summary>What a task of a policy has to fulfil.</summary>
internal sealed class PolicyTaskValidator : AbstractValidator<PolicyTask>
{
    public PolicyTaskValidator()
    {
        RuleFor(task => task.Name).Matches("^[A-Za-z0-9][A-Za-z0-9_.-]*$").WithMessage("a task's name is made of letters, digits, '_', '-' and '.'");
        RuleFor(task => task.File).Must(file => file.Length > 0 && file[0] != '/' && !file.AsSpan().ContainsAny('\\', ':', '\0'))
            .WithMessage("'file' must be relative to the policy, with '/' between folders");
        RuleFor(task => task.Limit).Must(limit => limit is null or > 0).WithMessage("'limit' must be positive");
        RuleFor(task => task.Prompt.System).Must(system => system is null or { Length: > 0 }).WithMessage("'system' must not be empty");
        RuleFor(task => task.Purpose).NotEmpty().WithMessage("'purpose' must not be empty");
    }
}
