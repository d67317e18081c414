using System.Globalization;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Policies;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Deciding;

/// <summary>
/// The verdict: a pure function of policy, evidence (with what people signed) and day. All blocking rules must pass, so each is tested at α without correction
/// (an intersection-union test; R. Berger, Technometrics 24, 1982); failures are a search for any harm and are corrected by Holm.
/// </summary>
public static class DecisionMaker
{
    /// <summary>Decides.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="evidence">The records. Missing ones leave rules undecided; none is taken on trust for another.</param>
    /// <param name="asOf">The day, UTC, on which freshness is judged.</param>
    /// <returns>The decision; the same bytes for the same arguments.</returns>
    public static Decision Decide(Policy policy, Evidence evidence, DateOnly asOf)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(evidence);
        var waivers = evidence.Endorsements is { Waivers.Count: > 0 } signed ? new WaiverJudge(signed, policy, evidence.Inspection.Record.Adapter, asOf).Judge() : null;
        var (tasks, links) = (Measured(policy, evidence), (List<EvidenceLink>)[.. evidence.Links(), .. LinksOf(waivers ?? [])]);
        links.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        var basis = new ApprovalBasis(policy.Identity, evidence.Endorsements?.Trust.Identity, evidence.Inspection.Record.Adapter.Digest, evidence.Receipt?.Record.Base.WeightsDigest, tasks, links);
        var approvals = evidence.Endorsements is { } endorsements ? new ApprovalJudge(endorsements, policy.Demand, evidence.Inspection.Record.Adapter, basis).Judge() : [];
        var @case = new Case(policy, evidence, approvals, asOf);
        var assessments = policy.Rules.Select(rule => rule.Assess(@case)).ToList();
        var adjusted = AdjustFailures(policy, assessments, weighed => weighed.FailureP);
        var anyhow = AdjustFailures(policy, assessments, weighed => weighed.CoinFlips?.FailureP ?? weighed.FailureP);
        var results = policy.Rules.Select((rule, i) => Waive(Conclude(rule, assessments[i], adjusted[i], anyhow[i], policy.Alpha), waivers ?? [])).ToList();
        var decision = new Decision(
            policy.Identity,
            asOf,
            evidence.Inspection.Record.Adapter,
            basis.Base,
            tasks,
            Verdict.Undecided,
            results,
            [.. links.Concat(LinksOf(approvals)).OrderBy(link => link.Path, StringComparer.Ordinal)],
            basis.Trust,
            evidence.Endorsements?.Authors,
            QuorumOf(policy, approvals),
            evidence.Endorsements is null ? null : approvals,
            waivers,
            policy.ApprovalRule is { Demand.ExcludeAuthor: false } ? true : null,
            evidence.Revocation);
        return decision with { Verdict = VerdictOf(results, decision.IsTakenBack) };
    }

    /// <summary>A rule that did not pass and that a waiver lifts, of several the one that ends last; the numbers stay.</summary>
    internal static RuleResult Waive(RuleResult result, IReadOnlyList<WaiverResult> waivers)
    {
        if (result.Outcome is not (Outcome.Failed or Outcome.Undecided) || waivers.Where(waiver => waiver.State == WaiverState.Valid && waiver.Rule == result.Id).MaxBy(waiver => waiver.Until) is not { } waiver)
            return result;
        var summary = string.Create(CultureInfo.InvariantCulture, $"Waived until {waiver.Until:yyyy-MM-dd} by {string.Join(", ", waiver.Signatures.Select(signature => signature.Signer))}: {waiver.Reason} Without it: {result.Outcome.ToString().ToLowerInvariant()}. {result.Summary}");
        return result with { Outcome = Outcome.Waived, Reason = Reason.Waived, Summary = summary, Evidence = [.. result.Evidence, .. waiver.Signatures.Select(signature => signature.Bundle)], Lifted = new LiftedResult(result.Outcome, result.Reason) };
    }

    /// <summary>Every approval and waiver that a decision counts: it cites each as evidence.</summary>
    internal static IEnumerable<EvidenceLink> LinksOf(Decision decision) => LinksOf(decision.Approvals ?? []).Concat(LinksOf(decision.Waivers ?? []));

    private static IEnumerable<EvidenceLink> LinksOf(IEnumerable<WaiverResult> waivers) =>
        waivers.Where(waiver => waiver.State == WaiverState.Valid).SelectMany(waiver => waiver.Signatures).Select(signature => new EvidenceLink(signature.File, Waiver.PredicateType, signature.Bundle));

    private static IEnumerable<EvidenceLink> LinksOf(IEnumerable<ApprovalResult> approvals) =>
        approvals.Where(approval => approval.State == ApprovalState.Counted).Select(approval => new EvidenceLink(approval.File, Approval.PredicateType, approval.Bundle));

    /// <summary>Whom a policy asks for, and whom it still lacks; null where it asks for nobody.</summary>
    internal static IReadOnlyList<RoleQuorum>? QuorumOf(Policy policy, IReadOnlyList<ApprovalResult> approvals)
    {
        if (policy.ApprovalRule is not { } rule)
            return null;
        var missing = rule.Missing(approvals).ToDictionary(demand => demand.Role, demand => demand.People, StringComparer.Ordinal);
        return [.. rule.Demand.Roles.Select(demand => new RoleQuorum(demand.Role, demand.People, missing.GetValueOrDefault(demand.Role)))];
    }

    /// <summary>The tasks by name that the candidate was scored on; without scores, none.</summary>
    private static List<MeasuredTask> Measured(Policy policy, Evidence evidence) =>
    [
        .. policy.Tasks.Values
            .Where(task => evidence.Candidate.ContainsKey(task.Name))
            .OrderBy(task => task.Name, StringComparer.Ordinal)
            .Select(task => (task, scored: evidence.Candidate[task.Name].Record))
            .Select(pair => new MeasuredTask(
                pair.task.Name,
                pair.scored.Task.TaskDigest,
                pair.scored.Task.DataDigest,
                pair.task.Pin is not null,
                pair.scored.Imported is not null || evidence.Base.GetValueOrDefault(pair.task.Name)?.Record.Imported is not null ? true : null,
                pair.scored.Remote is not null || evidence.Base.GetValueOrDefault(pair.task.Name)?.Record.Remote is not null ? true : null)),
    ];

    /// <summary>Holm over every statistical rule of the policy: one without numbers counts as p = 1, so that missing evidence never eases a failure.</summary>
    private static double[] AdjustFailures(Policy policy, List<Assessment> assessments, Func<Weighed, double> failureP)
    {
        var indices = Enumerable.Range(0, assessments.Count).Where(i => policy.Rules[i] is StatisticalRule).ToArray();
        var adjusted = Holm.Adjust([.. indices.Select(i => assessments[i] is Weighed weighed ? failureP(weighed) : 1)]);
        var all = new double[assessments.Count];
        for (var i = 0; i < indices.Length; i++)
            all[indices[i]] = adjusted[i];
        return all;
    }

    private static RuleResult Conclude(Rule rule, Assessment assessment, double adjustedP, double anyhowP, double alpha) => assessment switch
    {
        Settled settled => Result(rule, settled.Outcome, settled.Reason, settled.Summary, null, settled),
        Weighed { Clears: true, CoinFlips: { Clears: false } flips } weighed => Undecided(rule, weighed, "shown", flips),
        Weighed { Clears: true } weighed =>
            Result(rule, Outcome.Passed, Reason.BoundClearsMargin, $"{weighed.Sentence}: shown.{weighed.Caution}{weighed.Remark}", weighed.Statistic, weighed),
        Weighed weighed when adjustedP <= alpha && anyhowP > alpha => weighed.CoinFlips is { } flips && flips.FailureP > alpha
            ? Undecided(rule, weighed, "refuted", flips)
            : Undecided(rule, weighed, "refuted, but through Holm's correction over the other rules only as coin flips (scores within the engine's noise) happened to fall"),
        Weighed weighed when adjustedP <= alpha =>
            Result(rule, Outcome.Failed, Reason.BoundFailsMargin, $"{weighed.Sentence}: refuted (p = {Text(adjustedP)} after Holm).{weighed.Remark}", weighed.Statistic, weighed),
        Weighed weighed =>
            Result(rule, Outcome.Undecided, Reason.BoundsStraddleMargin, $"{weighed.Sentence}: neither shown nor refuted{Hint(weighed)}.{weighed.Remark}", weighed.Statistic with { ItemsNeeded = weighed.ItemsNeeded }, weighed),
        _ => throw new ArgumentException("An assessment of an unknown kind cannot be concluded.", nameof(assessment)),
    };

    /// <summary>An outcome that would be another if the coin flips fell otherwise is none.</summary>
    private static RuleResult Undecided(Rule rule, Weighed weighed, string outcome, CoinFlipCheck flips) =>
        Undecided(rule, weighed, string.Create(CultureInfo.InvariantCulture, $"{outcome}, but only as {flips.Count} coin flips (scores within the engine's noise) happened to fall"));

    private static RuleResult Undecided(Rule rule, Weighed weighed, string finding) =>
        Result(rule, Outcome.Undecided, Reason.CoinFlipsDecide, $"{weighed.Sentence}: {finding}; if they fall otherwise it is not.{weighed.Remark}", weighed.Statistic, weighed);

    private static RuleResult Result(Rule rule, Outcome outcome, string reason, string summary, Statistic? statistic, Assessment assessment)
    {
        var measure = (rule as StatisticalRule)?.Measure;
        return new RuleResult(
            rule.Id, rule.Check, rule.Severity, outcome, reason, summary, measure?.Task, measure?.Metric, statistic, assessment.Evidence, rule.Head.Controls, (assessment as Settled)?.Figure);
    }

    /// <summary>What the outcomes of all rules come to.</summary>
    /// <param name="results">The rules.</param>
    /// <param name="isTakenBack">Whether the adapter was revoked and nobody has approved it since: no rule takes that back.</param>
    internal static Verdict VerdictOf(IReadOnlyList<RuleResult> results, bool isTakenBack)
    {
        var blocking = results.Where(result => result.Severity == Severity.Block).ToList();
        return blocking switch
        {
            _ when blocking.Any(result => result.Outcome == Outcome.Failed) => Verdict.Rejected,
            _ when blocking.Count > 0 && blocking.All(result => result.Outcome is Outcome.Passed or Outcome.Waived) => isTakenBack ? Verdict.Rejected : Verdict.Approved,
            _ => Verdict.Undecided,
        };
    }

    private static string Hint(Weighed weighed) =>
        weighed.ItemsNeeded is { } items ? string.Create(CultureInfo.InvariantCulture, $"; about {items} items would decide if the estimate stays") : "";

    private static string Text(double p) => p < 0.0001 ? "below 0.0001" : p.ToString("0.####", CultureInfo.InvariantCulture);
}
