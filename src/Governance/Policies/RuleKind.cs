using FluentValidation;
using FluentValidation.Results;
using Loragate.Governance.Yaml;

namespace Loragate.Governance.Policies;

/// <summary>A kind of rule: its name in policies, how it is read and how it is validated.</summary>
internal sealed record RuleKind(string Name, Func<RuleHead, MappingReader, Rule> Read, Func<Rule, IReadOnlyList<ValidationFailure>> Validate)
{
    /// <summary>A kind whose rules are of one type.</summary>
    public static RuleKind Of<T>(string name, Func<RuleHead, MappingReader, T> read, AbstractValidator<T> validator)
        where T : Rule =>
        new(name, read, rule => validator.Validate((T)rule).Errors);
}
