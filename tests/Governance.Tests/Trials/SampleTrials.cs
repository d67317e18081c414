using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;

namespace Loragate.Governance.Trials;

/// <summary>Reports of made-up trials: of 240 items of routing the base has the first 120, of 240 of facts the first 156.</summary>
internal static class SampleTrials
{
    private const int Items = 240;

    public static Digest Some { get; } = Digest.Of([1]);

    public static TrialReport Report(params TrialResult[] results) => new(
        new EngineInfo("e", "v", "p", "cpu"), Some, "plan", new CheckpointIdentity("base", Some, Some), Score("routing", 0, 120), Score("facts", 0, 156), new TrialMargins(0.05, 0.1),
        [new TrialRound(10, [.. results.Select(result => new TrialRun(result.Id, 1, Some))])], results);

    /// <summary>A plan of one round of these trials.</summary>
    public static PlannedTrials Planned(int steps, IEnumerable<TrialResult> results)
    {
        var methods = results.GroupBy(result => result.Method.Name).ToDictionary(method => method.Key, method => (IReadOnlyList<string>)[.. method.Select(result => result.Id)]);
        return new PlannedTrials(methods, [new PlannedRound(steps, methods.ToDictionary(method => method.Key, method => method.Value.Count))]);
    }

    /// <summary>A trial that has the first so many items of routing right, and all facts that the base has.</summary>
    public static TrialResult Result(string method, int right, long bytes, string? id = null) => new(
        id ?? method, new TrainedMethod(method, new Dictionary<string, string>()), 0.001, 10, bytes, 1, Score("routing", 0, right), Score("facts", 0, 156), [], []);

    /// <summary>The items from the first to before the last are right.</summary>
    public static TrialScore Score(string task, int first, int last) => Score(task, i => i >= first && i < last ? 1 : 0);

    public static TrialScore Score(string task, Func<int, double> score) => new(task, "acc", Some, [.. Enumerable.Range(0, Items).Select(score)], Some);
}
