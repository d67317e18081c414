using System.Text.Json;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks.Kinds;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tasks.Metrics;

/// <summary>The figures of vectors/stats.json about a classifier (scikit-learn) that a metric of multiple choice computes, of choice 1 with the probability that the file calls its score.</summary>
[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class ClassificationFigureTests
{
    /// <summary>Figures, and why no metric computes them.</summary>
    private static readonly Dictionary<string, string> NotOurs = new()
    {
        ["auroc"] = "a metric is of the likeliest choice or of its probabilities, not of a ranking of the rows",
        ["average_precision"] = "the same",
        ["macro_f1"] = "lm-evaluation-harness's f1 is of choice 1",
        ["ece_10_equal_width"] = "the Brier score tells calibration without bins",
    };

    [Fact]
    public void Every_figure_of_a_classifier_is_met()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        using var document = JsonDocument.Parse(File.ReadAllText(SharedFolder.PathTo("vectors", "stats.json")));
        foreach (var row in document.RootElement.GetProperty("classification").EnumerateArray())
        {
            var (golds, scores) = (Numbers(row, "y"), Numbers(row, "score"));
            double[][] chances = [.. scores.Select(score => new[] { 1 - score, score })];
            // The threshold is one half, so that the likelier choice is meant; of equals the first, as in the file.
            Assert.Equal(0.5, row.GetProperty("threshold").GetDouble());
            double[] predicted = [.. chances.Select(choices => (double)EvaluatedItem.FirstMaximum(choices))];
            var figures = new Dictionary<string, double>
            {
                ["f1"] = Aggregation.F1("f1", golds, predicted).Value,
                ["mcc"] = Aggregation.Matthews("mcc", golds, predicted).Value,
                // scikit-learn's is of the one probability, (p − y)²; Brier's own sum is over both choices, which are equally far off.
                ["brier"] = Aggregation.Mean("brier_score", [.. golds.Zip(chances, (gold, choices) => MultipleChoice.Brier([.. choices.Select(static chance => Math.Log(chance))], (int)gold))]).Value / 2,
            };
            Assert.All(figures, figure => Assert.Equal(row.GetProperty(figure.Key).GetDouble(), figure.Value, 1e-9 * Math.Abs(figure.Value)));
            Assert.Equal(
                NotOurs.Keys.Order(StringComparer.Ordinal),
                row.EnumerateObject().Select(field => field.Name).Except([.. figures.Keys, "y", "score", "threshold"]).Order(StringComparer.Ordinal));
        }
    }

    private static double[] Numbers(JsonElement row, string key) => [.. row.GetProperty(key).EnumerateArray().Select(value => value.GetDouble())];
}
