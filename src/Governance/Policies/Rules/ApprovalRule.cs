using FluentValidation;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Deciding;
using Loragate.Governance.Trust;
using Loragate.Governance.Yaml;

namespace Loragate.Governance.Policies.Rules;

/// <summary>Demands that enough distinct people in named roles approve, and that none of them refuses.</summary>
/// <param name="Head">Id, severity, controls, why.</param>
/// <param name="Demand">Whom the policy asks for.</param>
public sealed record ApprovalRule(RuleHead Head, ApprovalDemand Demand) : Rule(Head)
{
    private const int MostPeople = 20;

    internal static RuleKind Kind { get; } = RuleKind.Of("approval", Read, new Validator());

    /// <inheritdoc/>
    public override string Check => Kind.Name;

    /// <summary>Whom it still lacks, of what was said.</summary>
    internal IReadOnlyList<RoleDemand> Missing(IReadOnlyList<ApprovalResult> approvals) => Quorum.Missing(
        Demand.Roles,
        approvals.Where(approval => approval is { State: ApprovalState.Counted, Outcome: ApprovalOutcome.Approved })
            .GroupBy(approval => approval.Signer!, approval => approval.Role!, StringComparer.Ordinal)
            .ToDictionary(person => person.Key, IReadOnlySet<string> (person) => person.ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal));

    internal override Assessment Assess(Case @case)
    {
        if (@case.Evidence.Endorsements is not { } endorsements)
            return Settled.Undecided(new Shortfall(Reason.TrustMissing, "No trust policy says who may approve: give --trust."), []);
        return Judge([.. @case.Approvals.Where(approval => approval.State == ApprovalState.Counted)], endorsements.Authors);
    }

    /// <summary>What approvals that count come to.</summary>
    /// <param name="counted">These approvals.</param>
    /// <param name="authors">The ids of who made the adapter.</param>
    internal Settled Judge(IReadOnlyList<ApprovalResult> counted, IReadOnlyList<string> authors)
    {
        var evidence = counted.Select(approval => approval.Bundle).ToArray();
        if (counted.Where(approval => approval.Outcome == ApprovalOutcome.Refused).ToList() is { Count: > 0 } refusals)
            return Settled.As(Outcome.Failed, Reason.ApprovalRefused, $"Refused by {Names(refusals)}.", evidence);
        if (Demand.ExcludeAuthor && authors.Count == 0)
            return Settled.Undecided(new Shortfall(Reason.AuthorUnknown, "Authors may not approve, and nobody said who made the adapter: give --author."), evidence);
        return Missing(counted) is { Count: > 0 } missing
            ? Settled.Undecided(new Shortfall(Reason.ApprovalsMissing, $"Still to approve: {string.Join(", ", missing.Select(demand => $"{demand.People} in the role {demand.Role}"))}."), evidence)
            : Settled.As(Outcome.Passed, Reason.QuorumReached, $"Approved by {Names(counted)}.", evidence);
    }

    private static string Names(IEnumerable<ApprovalResult> approvals) => string.Join(", ", approvals.Select(approval => $"{approval.Signer} ({approval.Role})"));

    private static ApprovalRule Read(RuleHead head, MappingReader reader)
    {
        var roles = reader.OptionalMapping("roles");
        if (roles is null && reader.Mapping.Find("roles") is null)
            reader.Fault(reader.Mapping.Line, "the key 'roles' is missing: an approval rule says how many people each role needs");
        List<RoleDemand> demands = [.. (roles?.Mapping.Entries ?? []).Select(entry => new RoleDemand(entry.Key, roles!.Whole(entry.Key)))];
        return new ApprovalRule(head, new ApprovalDemand(demands, reader.Flag("excludeAuthor", absent: true)));
    }

    private sealed class Validator : RuleValidator<ApprovalRule>
    {
        public Validator()
        {
            RuleFor(rule => rule.Demand.Roles).Must(roles => roles.Count > 0 && roles.All(demand => demand.People > 0) && roles.Sum(demand => (long)demand.People) <= MostPeople)
                .WithMessage($"'roles' names at least one role, each with at least 1 and all together at most {MostPeople} people").OverridePropertyName("Roles");
            RuleForEach(rule => rule.Demand.Roles).Must(demand => PlainWords.RoleFault(demand.Role) is null && demand.Role is not (TrustedSigner.Gate or TrustedSigner.Author))
                .WithMessage($"a demanded role is made of small letters, digits and single hyphens, and is neither {TrustedSigner.Gate} nor {TrustedSigner.Author}").OverridePropertyName("Roles");
        }
    }
}
