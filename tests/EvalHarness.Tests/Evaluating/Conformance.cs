using Loragate.Artifacts.Records.Evaluating;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>Holds a report against a reference, item by item.</summary>
internal static class Conformance
{
    /// <summary>
    /// Nats. The reference's own batch sizes differ by up to 3e-5 on this model; a flipped last bit of a merged weight (Torch's matrix
    /// product may add in another order on another machine) moves a sum of hundreds of nats by up to about 1e-3.
    /// </summary>
    public const double Tolerance = 2e-3;

    /// <summary>Nats. No row of this model was seen to be summed in float32 with more doubt than 6e-3; a row of more is no excuse but a question.</summary>
    public const double MostSpread = 1e-2;

    /// <summary>
    /// Holds every item against the reference. Where a sum in float32 is further from it, another program tells what rounding does to that row: this engine's is to be within the tolerance of the sum
    /// in float64, or no further from it than other orders of summation are in float32. Of all rows of this model there are a few, on some processors.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="reference">The reference's items, float32.</param>
    /// <param name="round">The log-likelihoods of a row, by that program.</param>
    public static void Assert(EvaluationReport report, IReadOnlyList<ReferenceItem> reference, Func<int, IReadOnlyList<RoundedSum>>? round = null)
    {
        Xunit.Assert.NotEmpty(report.Items);
        var expected = reference.ToDictionary(r => r.Id);
        var otherChoices = new List<int>();
        var largest = 0.0;
        foreach (var item in report.Items)
        {
            var other = expected[item.Id];
            Xunit.Assert.Equal(other.Text, item.Text);
            Xunit.Assert.Equal(other.LogLikelihoods.Count, item.LogLikelihoods.Count);
            for (var i = 0; i < other.LogLikelihoods.Count; i++)
            {
                largest = Math.Max(largest, Math.Abs(other.LogLikelihoods[i] - item.LogLikelihoods[i]));
                if (Math.Abs(other.LogLikelihoods[i] - item.LogLikelihoods[i]) <= Tolerance)
                    continue;
                var sum = round?.Invoke(item.Id)[i];
                var told = $"row {item.Id}, choice {i}: {item.LogLikelihoods[i]} where the reference has {other.LogLikelihoods[i]}, and {sum}";
                Xunit.Assert.True(sum is { Spread: <= MostSpread } rounded && Math.Abs(rounded.Exact - item.LogLikelihoods[i]) <= Math.Max(Tolerance, rounded.Spread), told);
                TestContext.Current.TestOutputHelper?.WriteLine(told);
            }
            if (other.LogLikelihoods.Count > 0 && Best(other.LogLikelihoods) != Best(item.LogLikelihoods))
                otherChoices.Add(item.Id);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{report.Items.Count} items, largest difference {largest:g3} nats, other choice on rows [{string.Join(", ", otherChoices)}]");
        Xunit.Assert.Subset(report.CoinFlips.ToHashSet(), otherChoices.ToHashSet());
    }

    private static int Best(IReadOnlyList<double> values) => values.Select((value, i) => (value, i)).MaxBy(v => (v.value, -v.i)).i;
}

/// <summary>A log-likelihood in float64, and how far from it other orders of summation come in float32.</summary>
/// <param name="Exact">Nats, in float64.</param>
/// <param name="Spread">Nats; the furthest of several orders.</param>
internal readonly record struct RoundedSum(double Exact, double Spread);
