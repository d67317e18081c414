using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Statistics;
using Loragate.Governance.Tests.Statistics;

namespace Loragate.Governance.Tests.Deciding;

/// <summary>What simulations of decisions share: numbers, and what is told and asked of their counts.</summary>
internal static class Simulation
{
    private const double Alpha = 0.05;

    /// <summary>Whether all gates are simulated, as for the figures of docs/statistics.md.</summary>
    public static bool IsLong => Environment.GetEnvironmentVariable("LORAGATE_LONG") == "1";

    /// <summary>A number of the standard normal distribution.</summary>
    public static double Gauss(SplitMix64 generator) => Normal.Quantile(Math.Clamp(generator.NextDouble(), 1e-12, 1 - 1e-12));

    /// <summary>No more than α but for the simulation's own error, three Monte-Carlo standard errors at α; nothing is granted to the procedures.</summary>
    public static void AssertAtMostAlpha(int count, int gates) =>
        Assert.True((double)count / gates <= Alpha + 3 * Math.Sqrt(Alpha * (1 - Alpha) / gates), $"{count} of {gates}");

    /// <summary>Writes each verdict's share with its Monte-Carlo standard error.</summary>
    public static void Tell(ITestOutputHelper output, string truth, IReadOnlyDictionary<Verdict, int> counts, int gates)
    {
        foreach (var (verdict, count) in counts)
        {
            var share = (double)count / gates;
            output.WriteLine($"{truth}: {verdict} {count} of {gates}, {100 * share:0.00} % ± {100 * Math.Sqrt(share * (1 - share) / gates):0.00}");
        }
    }
}
