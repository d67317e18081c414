using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;

namespace Loragate.Governance.Policies.Comparing;

/// <summary>A verdict and the rules that explain it, by id.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Failed">Blocking rules that failed.</param>
/// <param name="Undecided">Blocking rules that are undecided.</param>
/// <param name="Waived">Blocking rules that a waiver lifts.</param>
/// <param name="Warned">Rules that only warn and did not pass.</param>
public sealed record VerdictSummary(Verdict Verdict, IReadOnlyList<string> Failed, IReadOnlyList<string> Undecided, IReadOnlyList<string> Waived, IReadOnlyList<string> Warned)
{
    /// <summary>The summary of a decision.</summary>
    public static VerdictSummary Of(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        List<string> Blocking(Outcome outcome) => [.. decision.Rules.Where(rule => rule.Severity == Severity.Block && rule.Outcome == outcome).Select(rule => rule.Id)];
        return new VerdictSummary(
            decision.Verdict,
            Blocking(Outcome.Failed),
            Blocking(Outcome.Undecided),
            Blocking(Outcome.Waived),
            [.. decision.Rules.Where(rule => rule.Severity != Severity.Block && rule.Outcome != Outcome.Passed).Select(rule => rule.Id)]);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var why = new[] { ("failed", Failed), ("undecided", Undecided), ("waived", Waived), ("warned", Warned) }
            .Where(part => part.Item2.Count > 0).Select(part => $"{part.Item1}: {string.Join(", ", part.Item2)}");
        return string.Join("; ", why.Prepend(Verdict.ToString().ToLowerInvariant()));
    }
}
