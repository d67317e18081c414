using Loragate.EvalHarness.Scoring;

namespace Loragate.Bench.Evaluate;

/// <summary>Random token ids in the shape of a task.</summary>
internal static class Load
{
    /// <summary>A context of about 60 tokens with four continuations of about 25.</summary>
    public static IReadOnlyList<IReadOnlyList<ScoringRequest>> HellaSwagLike(int items, int vocabulary)
    {
        var random = new Random(1234);
        int[] Ids(int mean) => [.. Enumerable.Range(0, random.Next(mean - (mean / 3), mean + (mean / 3) + 1)).Select(_ => random.Next(vocabulary))];
        return [.. Enumerable.Range(0, items).Select(_ =>
        {
            var context = Ids(60);
            return (IReadOnlyList<ScoringRequest>)[.. Enumerable.Range(0, 4).Select(_ => new ScoringRequest(context, Ids(25)))];
        })];
    }
}
