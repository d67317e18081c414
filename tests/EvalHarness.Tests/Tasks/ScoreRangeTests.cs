using System.Reflection;
using System.Runtime.CompilerServices;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks.Functions;
using Loragate.EvalHarness.Tasks.Kinds;
using Loragate.EvalHarness.Tasks.Metrics;

namespace Loragate.EvalHarness.Tasks;

/// <summary>A score whose range nobody declared has no coin flips and no bound: every one that a task can give is declared.</summary>
public sealed class ScoreRangeTests
{
    private static readonly Type[] Types = typeof(TaskKind).Assembly.GetTypes();

    public static TheoryData<string> OfKinds => [.. Types.Where(type => type.IsSubclassOf(typeof(TaskKind))).SelectMany(ScoresOf).Distinct()];

    public static TheoryData<string> OfFunctions => [.. Types
        .SelectMany(type => type.GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)).Where(property => property.PropertyType == typeof(ResultFunction))
        .SelectMany(property => ((ResultFunction)property.GetValue(null)!).Scores).Distinct()];

    [Theory, MemberData(nameof(OfKinds)), MemberData(nameof(OfFunctions))]
    public void What_a_score_can_be_is_declared(string score) => Assert.NotNull(MetricRange.Of(score));

    [Fact]
    public void Kinds_and_functions_are_found()
    {
        Assert.Superset(new HashSet<string> { "acc", "brier_score", "char_f1", "loglikelihood" }, OfKinds.Select(row => row.Data).ToHashSet());
        Assert.Superset(new HashSet<string> { "bias", "gender_gap", "pct_stereotype" }, OfFunctions.Select(row => row.Data).ToHashSet());
    }

    /// <summary>The names depend on the metrics alone, not on what a task makes a kind of.</summary>
    private static IReadOnlyList<string> ScoresOf(Type type)
    {
        var kind = (TaskKind)RuntimeHelpers.GetUninitializedObject(type);
        return kind.ScoreNames([.. kind.Metrics.Select(metric => new MetricPlan(metric, MetricPlan.AggregationOf(metric), null))]);
    }
}
