using FluentValidation;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Deciding;
using Loragate.Governance.Yaml;

namespace Loragate.Governance.Policies.Rules;

/// <summary>Demands that the evidence is at most some days old on the day of the decision, and not from the future.</summary>
/// <param name="Head">Id, severity, controls, why.</param>
/// <param name="MaximumDays">The greatest age in days, UTC; 0 is the same day.</param>
public sealed record EvidenceFreshnessRule(RuleHead Head, int MaximumDays) : Rule(Head)
{
    private const int MostDays = 3_660;

    internal static RuleKind Kind { get; } = RuleKind.Of("evidence-freshness", Read, new Validator());

    /// <inheritdoc/>
    public override string Check => Kind.Name;

    internal override Assessment Assess(Case @case)
    {
        if (@case.Evidence.Run is not { } run)
            return Settled.Undecided(new Shortfall(Reason.EvidenceMissing, "Nothing proves when the evidence was made: use a new --dossier."), []);
        var made = DateOnly.FromDateTime(run.Created.UtcDateTime);
        var age = @case.AsOf.DayNumber - made.DayNumber;
        return age switch
        {
            < 0 => Settled.As(Outcome.Failed, Reason.FromTheFuture, $"The evidence is dated {made:yyyy-MM-dd}, after the day of the decision, {@case.AsOf:yyyy-MM-dd}: check the clock, or use a new --dossier and, with --cache, a new cache."),
            _ when age > MaximumDays => Settled.As(Outcome.Failed, Reason.Stale, $"The evidence is {age} days old; at most {MaximumDays} are allowed: use a new --dossier and, with --cache, a new cache."),
            _ => Settled.As(Outcome.Passed, Reason.Fresh, $"The evidence is {age} days old; at most {MaximumDays} are allowed."),
        };
    }

    private static EvidenceFreshnessRule Read(RuleHead head, MappingReader reader) => new(head, reader.Whole("maximumDays"));

    private sealed class Validator : RuleValidator<EvidenceFreshnessRule>
    {
        public Validator() =>
            RuleFor(rule => rule.MaximumDays).InclusiveBetween(0, MostDays).WithMessage($"'maximumDays' must lie between 0 and {MostDays}");
    }
}
