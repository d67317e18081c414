using System.Text.Json;
using Loragate.Governance.Statistics;
using Loragate.Testing;

namespace Loragate.Governance.Tests.Statistics;

/// <summary>
/// Every figure of vectors/stats.json (SciPy, statsmodels) that Governance has a procedure for; those of a classifier are met in EvalHarness.Tests. What nobody here computes
/// is told with its reason, and the two together are all that the file holds.
/// </summary>
[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class FigureTests
{
    private const double Relative = 1e-9;

    private static readonly Dictionary<string, Action<Row>> Checks = new()
    {
        ["normal_quantile"] = row => row.Same("z", Normal.Quantile(row.Number("p")), 1e-15),
        ["t_quantile"] = row => row.Same("t", StudentT.Quantile(row.Number("p"), row.Number("df"))),
        ["beta_cdf"] = row => row.Same("cdf", Beta.Cdf(row.Number("x"), row.Number("a"), row.Number("b"))),
        ["wilson"] = row => row.SameBounds(WilsonOf(row.Share("k", "n"), row.Number("level"))),
        ["clopper_pearson"] = row => row.SameBounds(ClopperPearson.Interval(row.Whole("k"), row.Whole("n"), row.Number("level"))),
        ["mcnemar_exact"] = row => row.Same("p", ExactMcNemar.TwoSided(row.Whole("b"), row.Whole("c"))),
        ["binom_two_sided"] = row => row.Same("p", Binomial.TwoSided(row.Whole("k"), row.Whole("n"), row.Number("p0"))),
        ["newcombe_difference"] = row => row.SameBounds(Newcombe.Difference(row.Share("k1", "n1"), row.Share("k2", "n2"), share => WilsonOf(share, 0.95))),
        ["multiple"] = CheckCorrections,
        ["paired_t"] = CheckPairedT,
        ["tost_normal"] = row => row.Same("p", Tost.NormalP(row.Number("mean"), row.Number("se"), row.Number("margin"))),
        ["clustered_se"] = CheckClusters,
    };

    /// <summary>Keys, or fields of a key that is checked, and why they are not.</summary>
    private static readonly Dictionary<string, string> NotOurs = new()
    {
        ["agresti_coull"] = "independent shares have the exact interval",
        ["two_proportion_z"] = "groups are compared by Newcombe's interval and by shuffling",
        ["mcnemar_chi2_corrected"] = "McNemar's test is the exact one and its mid-p",
        ["fisher_exact"] = "groups are compared by Newcombe's interval and by shuffling",
        ["multiple.by"] = "slices have Benjamini and Hochberg's correction",
        ["multiple.bonferroni"] = "rules have Holm's, which rejects whatever Bonferroni's does",
        ["multiple.hochberg"] = "it supposes that the tests do not depend on each other in certain ways, Holm's nothing",
        ["multiple.sidak"] = "it supposes independent tests, Holm's nothing",
        ["wilcoxon"] = "a demand is about a mean, not about ranks",
        ["sign_flip_permutation_exact"] = "a demand has a margin, and flipped signs test none",
        ["mann_whitney"] = "a demand is about a mean, not about ranks",
        ["chi2_sf"] = "no test has a χ² statistic",
        ["cohen_kappa"] = "nobody rates items",
        ["fleiss_kappa"] = "nobody rates items",
        ["correlation"] = "no demand is about a correlation",
        ["divergence"] = "no demand is about a distance of distributions",
        ["classification"] = "a metric: EvalHarness.Tests, ClassificationFigureTests",
        ["text_metrics"] = "generated text is scored by exact match and llm-jp-eval's char_f1",
    };

    public static TheoryData<string> Keys => SharedFolder.IsPresent ? [.. Checks.Keys] : [];

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Keys))]
    public void Every_figure_is_met(string key)
    {
        using var document = Open();
        Assert.True(document.RootElement.TryGetProperty(key, out var rows), $"stats.json has no {key}.");
        Assert.NotEqual(0, rows.GetArrayLength());
        foreach (var element in rows.EnumerateArray())
        {
            var row = new Row(element);
            Checks[key](row);
            Assert.Equal(
                NotOurs.Keys.Where(name => name.StartsWith(key + ".", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
                element.EnumerateObject().Select(field => field.Name).Except(row.Read).Select(field => $"{key}.{field}").Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void What_no_procedure_computes_is_told_with_its_reason()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        using var document = Open();
        Assert.Equal(
            NotOurs.Keys.Where(name => !name.Contains('.', StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            document.RootElement.EnumerateObject().Select(key => key.Name).Except(Checks.Keys).Order(StringComparer.Ordinal));
    }

    private static JsonDocument Open() => JsonDocument.Parse(File.ReadAllText(SharedFolder.PathTo("vectors", "stats.json")));

    private static Bounds WilsonOf(Share share, double level) => Wilson.Bound(share.Value, share.Items, Normal.Quantile((1 + level) / 2));

    private static void CheckCorrections(Row row)
    {
        row.Same("holm", Holm.Adjust(row.Numbers("p")));
        row.Same("bh", BenjaminiHochberg.Adjust(row.Numbers("p")));
    }

    private static void CheckPairedT(Row row)
    {
        var test = PairedT.Of(row.Numbers("d"));
        row.Same("t", test.T);
        row.Same("p", test.PTwoSided);
        row.SameBounds(test.Interval(0.95));
    }

    /// <summary>
    /// The reference's clustered error is Miller's, Σ_c(Σ_{i∈c}(yᵢ − ȳ))² as it is, which few clusters make too small; its error of independent items is s/√n with n − 1.
    /// Ours is one formula for both: with G/(G − 1), as inspect_ai has it, which is n/(n − 1) where every item is its own cluster. So only the former differs, by that factor.
    /// </summary>
    private static void CheckClusters(Row row)
    {
        var values = row.Numbers("y");
        var mean = ClusteredMean.Of(values, row.Texts("cluster"));
        row.Same("mean", mean.Mean);
        row.Same("se", mean.StandardError * Math.Sqrt((mean.Clusters - 1.0) / mean.Clusters));
        row.Same("se_iid", ClusteredMean.Of(values).StandardError);
        Assert.Equal(ClusteredMean.Of(values), ClusteredMean.Of(values, [.. values.Select((_, i) => $"{i:000}")]));
    }

    /// <summary>One row of the file, and which of its fields were looked at.</summary>
    private sealed record Row(JsonElement Element)
    {
        public HashSet<string> Read { get; } = new(StringComparer.Ordinal);

        public double Number(string key) => Field(key).GetDouble();

        public int Whole(string key) => Field(key).GetInt32();

        public double[] Numbers(string key) => [.. Field(key).EnumerateArray().Select(value => value.GetDouble())];

        public string[] Texts(string key) => [.. Field(key).EnumerateArray().Select(value => value.GetRawText())];

        public Share Share(string successes, string items) => new(Whole(successes), Whole(items));

        public void Same(string key, double actual, double absolute = 0) => Assert.True(IsSame(Number(key), actual, absolute), $"{key} is {actual:R} in {Element.GetRawText()[..Math.Min(200, Element.GetRawText().Length)]}");

        public void Same(string key, IReadOnlyList<double> actual) => Assert.Equal(Numbers(key), actual, (expected, one) => IsSame(expected, one, 0));

        public void SameBounds(Bounds bounds)
        {
            // A bound that is 0 comes out of subtracting equal numbers in the reference; 1e-12 is its rounding.
            Same("lo", bounds.Lower, 1e-12);
            Same("hi", bounds.Upper, 1e-12);
        }

        private JsonElement Field(string key)
        {
            Read.Add(key);
            return Element.GetProperty(key);
        }

        private static bool IsSame(double expected, double actual, double absolute) => Math.Abs(expected - actual) <= Math.Max(absolute, Relative * Math.Abs(expected));
    }
}
