namespace Loragate.Artifacts.Records.Training;

/// <summary>Who goes on of a round of trials. Whoever runs trials and whoever holds their report against itself ask the same order.</summary>
public static class TrialRanking
{
    /// <summary>Best first: trained before given up, then who keeps what must not be forgotten, then the least validation loss.</summary>
    /// <param name="items">The trials of a round.</param>
    /// <param name="run">What each has come to.</param>
    /// <param name="ofBase">What the base does of what must not be forgotten; null where nobody asked.</param>
    /// <param name="margin">How much of it may be lost, as a share of its items.</param>
    public static IEnumerable<T> BestFirst<T>(IEnumerable<T> items, Func<T, TrialRun> run, TrialScore? ofBase, double margin) => items
        .Select(item => (Item: item, Run: run(item)))
        .OrderBy(each => each.Run.Receipt is null)
        .ThenBy(each => each.Run.Retained is { } retained && Fall(ofBase!, retained) > (decimal)margin * retained.Items)
        .ThenBy(each => each.Run.ValidationLoss)
        .ThenBy(each => each.Run.Id, StringComparer.Ordinal)
        .Select(each => each.Item);

    /// <summary>How much less than the base, summed over the items in decimal: who loses just what may be lost has not forgotten.</summary>
    private static decimal Fall(TrialScore ofBase, TrialScore score) => ofBase.Scores.Zip(score.Scores).Sum(each => (decimal)each.First - (decimal)each.Second);
}
