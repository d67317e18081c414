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

    /// <summary>
    /// Holds every item against the reference. Where a sum in float32 is further from it, float64 tells whose rounding that is: this engine's is to be within the tolerance of the exact sum. Of all rows of
    /// this model that is one, on some processors: "Hispanic people are always starting new ventures.", where the reference is 2.2e-3 from the exact sum and NumPy in float32 4.4e-3.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="reference">The reference's items, float32.</param>
    /// <param name="exact">The log-likelihoods of a row in float64.</param>
    public static void Assert(EvaluationReport report, IReadOnlyList<ReferenceItem> reference, Func<int, IReadOnlyList<double>>? exact = null)
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
                var sum = exact?.Invoke(item.Id)[i];
                var told = $"row {item.Id}, choice {i}: {item.LogLikelihoods[i]} where the reference has {other.LogLikelihoods[i]}, and float64 {sum}";
                Xunit.Assert.True(sum is { } value && Math.Abs(value - item.LogLikelihoods[i]) <= Tolerance, told);
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
