using System.Text.Json;
using Loragate.Governance.Statistics;
using Loragate.Testing;

namespace Loragate.Governance.Tests.Statistics;

/// <summary>Every figure of vectors/stats.json (SciPy, statsmodels) that this project has a procedure for.</summary>
[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class FigureTests
{
    private const double Relative = 1e-9;

    private static readonly Dictionary<string, Action<JsonElement>> Checks = new()
    {
        ["normal_quantile"] = row => Same(row, "z", Normal.Quantile(Number(row, "p")), 1e-9, 1e-15),
        ["t_quantile"] = row => Same(row, "t", StudentT.Quantile(Number(row, "p"), Number(row, "df")), 1e-10),
        ["beta_cdf"] = row => Same(row, "cdf", Beta.Cdf(Number(row, "x"), Number(row, "a"), Number(row, "b"))),
        ["wilson"] = row => SameBounds(row, Wilson.Interval(Whole(row, "k"), Whole(row, "n"), Number(row, "level"))),
        ["clopper_pearson"] = row => SameBounds(row, ClopperPearson.Interval(Whole(row, "k"), Whole(row, "n"), Number(row, "level"))),
        ["mcnemar_exact"] = row => Same(row, "p", ExactMcNemar.TwoSided(Whole(row, "b"), Whole(row, "c"))),
        ["binom_two_sided"] = row => Same(row, "p", Binomial.TwoSided(Whole(row, "k"), Whole(row, "n"), Number(row, "p0"))),
        ["newcombe_difference"] = row => SameBounds(row, Newcombe.Difference(new Share(Whole(row, "k1"), Whole(row, "n1")), new Share(Whole(row, "k2"), Whole(row, "n2")), 0.025)),
        ["multiple"] = CheckCorrections,
        ["paired_t"] = CheckPairedT,
        ["tost_normal"] = row => Same(row, "p", Tost.NormalP(Number(row, "mean"), Number(row, "se"), Number(row, "margin"))),
        ["clustered_se"] = CheckClusters,
    };

    public static TheoryData<string> Keys => SharedFolder.IsPresent ? [.. Checks.Keys] : [];

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Keys))]
    public void Every_figure_is_met(string key)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(SharedFolder.PathTo("vectors", "stats.json")));
        Assert.True(document.RootElement.TryGetProperty(key, out var rows), $"stats.json has no {key}.");
        Assert.NotEqual(0, rows.GetArrayLength());
        Assert.All(rows.EnumerateArray(), Checks[key]);
    }

    private static void CheckCorrections(JsonElement row)
    {
        var p = Numbers(row, "p");
        Assert.Equal(Numbers(row, "holm"), Holm.Adjust(p), (expected, actual) => IsSame(expected, actual, Relative, 0));
        Assert.Equal(Numbers(row, "bh"), BenjaminiHochberg.Adjust(p), (expected, actual) => IsSame(expected, actual, Relative, 0));
    }

    private static void CheckPairedT(JsonElement row)
    {
        var test = PairedT.Of(Numbers(row, "d"));
        Same(row, "t", test.T);
        Same(row, "p", test.PTwoSided);
        SameBounds(row, test.Interval(0.95));
    }

    private static void CheckClusters(JsonElement row)
    {
        var values = Numbers(row, "y");
        var mean = ClusteredMean.Of(values, [.. row.GetProperty("cluster").EnumerateArray().Select(cluster => cluster.GetRawText())]);
        Same(row, "mean", mean.Mean);
        // The reference is the large-sample form; ours adds G/(G − 1), as docs/statistics.md says.
        Same(row, "se", mean.StandardError * Math.Sqrt((mean.Clusters - 1.0) / mean.Clusters));
        Same(row, "se_iid", ClusteredMean.Of(values).StandardError);
    }

    private static void SameBounds(JsonElement row, Bounds bounds)
    {
        // A bound that is 0 comes out of subtracting equal numbers in the reference; 1e-12 is its rounding.
        Same(row, "lo", bounds.Lower, Relative, 1e-12);
        Same(row, "hi", bounds.Upper, Relative, 1e-12);
    }

    private static void Same(JsonElement row, string key, double actual, double relative = Relative, double absolute = 0) =>
        Assert.True(IsSame(Number(row, key), actual, relative, absolute), $"{key} is {actual:R} in {row.GetRawText()[..Math.Min(200, row.GetRawText().Length)]}");

    private static bool IsSame(double expected, double actual, double relative, double absolute) =>
        Math.Abs(expected - actual) <= Math.Max(absolute, relative * Math.Abs(expected));

    private static double Number(JsonElement row, string key) => row.GetProperty(key).GetDouble();

    private static int Whole(JsonElement row, string key) => row.GetProperty(key).GetInt32();

    private static double[] Numbers(JsonElement row, string key) => [.. row.GetProperty(key).EnumerateArray().Select(value => value.GetDouble())];
}
