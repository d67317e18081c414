using Loragate.Governance.Policies;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Deciding;

/// <summary>
/// A rule's items looked at apart: a whole can hide parts that cancel each other. Looking into many parts finds some by chance, so those that
/// are named are corrected by Benjamini and Hochberg. It is a remark for whoever reads the decision and changes no outcome.
/// </summary>
internal static class SlicedScores
{
    // Below it a slice is an anecdote.
    private const int FewestUnits = 10;

    /// <summary>A sentence that names the slices for which the demand is refuted; empty where there are none.</summary>
    public static string Remark(StatisticalRule rule, ItemScores scores, double alpha)
    {
        var slices = scores.BySlice()
            .Where(slice => (slice.Scores.ClusterCount ?? slice.Scores.Count) >= FewestUnits)
            .Select(slice => (slice.Slice, Estimate: rule.Estimate(slice.Scores)))
            .Where(slice => slice.Estimate is not null)
            .ToList();
        var adjusted = BenjaminiHochberg.Adjust([.. slices.Select(slice => rule.Region.FailureP(slice.Estimate!))]);
        var outside = slices.Where((_, i) => adjusted[i] <= alpha).ToList();
        var unit = new Unit(scores.AreShares);
        return outside.Count == 0
            ? ""
            : $" Taken apart by {rule.Measure.Slices}, refuted for {string.Join(", ", outside.Select(slice => $"{slice.Slice} ({unit.Change(slice.Estimate!.Value - rule.Region.Origin)})"))} (Benjamini-Hochberg).";
    }
}
