using FluentValidation;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Governance.Deciding;
using Loragate.Governance.Yaml;

namespace Loragate.Governance.Policies.Rules;

/// <summary>Demands that the inspection has no finding that blocks, and none that this policy forbids.</summary>
/// <param name="Head">Id, severity, controls, why.</param>
/// <param name="Forbid">Ids of findings that count as blocking whatever their severity.</param>
/// <param name="Allow">Ids of findings that this policy accepts although they block elsewhere.</param>
public sealed record InspectionRule(RuleHead Head, IReadOnlyList<string> Forbid, IReadOnlyList<string> Allow) : Rule(Head)
{
    internal static RuleKind Kind { get; } = RuleKind.Of("inspection", Read, new Validator());

    /// <inheritdoc/>
    public override string Check => Kind.Name;

    /// <summary>Whether this rule lets a finding pass: it is not forbidden, and where it blocks elsewhere it is allowed.</summary>
    public bool Accepts(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return !Offends(finding);
    }

    internal override Assessment Assess(Case @case)
    {
        var inspection = @case.Evidence.Inspection;
        var offending = inspection.Record.Findings.Where(Offends).ToList();
        return offending is [var first, ..]
            ? Settled.As(Outcome.Failed, Reason.FindingBlocks, Sentence(first, offending.Count - 1), inspection.Digest)
            : Settled.As(Outcome.Passed, Reason.NoBlockingFinding, "The inspection found nothing that blocks a release.", inspection.Digest);
    }

    private bool Offends(Finding finding) =>
        Forbid.Contains(finding.Id) || (finding.Severity == Artifacts.Records.Severity.Block && !Allow.Contains(finding.Id));

    private static string Sentence(Finding finding, int others) =>
        $"The inspection found '{finding.Id}' at {finding.Where}: {finding.Message.TrimEnd('.')}." + (others == 0 ? "" : $" {others} more such findings follow.");

    private static InspectionRule Read(RuleHead head, MappingReader reader) => new(head, reader.Texts("forbid"), reader.Texts("allow"));

    private sealed class Validator : RuleValidator<InspectionRule>
    {
        public Validator()
        {
            RuleFor(rule => rule.Allow).Must((rule, allow) => !allow.Intersect(rule.Forbid).Any()).WithMessage("a finding cannot be allowed and forbidden");
            RuleFor(rule => rule.Forbid).Must(ids => !Unknown(ids).Any()).WithMessage(rule => Fault("forbid", rule.Forbid));
            RuleFor(rule => rule.Allow).Must(ids => !Unknown(ids).Any()).WithMessage(rule => Fault("allow", rule.Allow));
        }

        private static IEnumerable<string> Unknown(IReadOnlyList<string> ids) => ids.Where(id => !Finding.Ids.Contains(id));

        private static string Fault(string key, IReadOnlyList<string> ids) =>
            $"'{key}': no inspection finds {string.Join(", ", Unknown(ids).Select(id => $"'{id}'"))}; docs/findings.md lists the ids that there are";
    }
}
