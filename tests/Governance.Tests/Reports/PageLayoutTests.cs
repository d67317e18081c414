using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Pdf;
using UglyToad.PdfPig.Content;

namespace Loragate.Governance.Reports;

/// <summary>What the eye sees at once on a page that went wrong.</summary>
public sealed class PageLayoutTests
{
    [Theory]
    [MemberData(nameof(ReportSamples.All), MemberType = typeof(ReportSamples))]
    public void No_text_runs_over_a_margin_or_over_another_text(string name, ReportLanguage language) =>
        PageRules.Check(AuditReport.Render(ReportSamples.Named[name], language, SignedSample.Fonts(language)));

    [Theory]
    [InlineData(ReportLanguage.English, "Inspection of the adapter", "Severity")]
    [InlineData(ReportLanguage.Japanese, "アダプターの点検", "重要度")]
    public void A_heading_stands_on_the_page_of_the_table_that_it_heads(ReportLanguage language, string heading, string head)
    {
        using var document = ForeignReader.Open(AuditReport.Render(ReportSamples.Named["banking"], language, SignedSample.Fonts(language)));
        var page = document.GetPages().First(each => Text(each).Contains(Squeezed(heading), StringComparison.Ordinal));
        Assert.Contains(head, Text(page), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 3, 5)] // short rows: three of them stay together, and a quarter of a table that fits on a page
    [InlineData(5, 2, 2)] // tall ones: two
    [InlineData(20, 1, 1)] // one that is as high as several
    public void A_table_that_is_parted_leaves_some_rows_on_either_page(int lines, int least, int leastBefore)
    {
        const int count = 20;
        var text = string.Join('\n', Enumerable.Repeat("x", lines));
        using var type = new Typesetter(SignedSample.Fonts(ReportLanguage.English), ReportLanguage.English);
        Slab[] table = [.. new Table([("head", 1)], [.. Enumerable.Range(0, count).Select(_ => (IReadOnlyList<Cell>)[Cell.Of(text)])]).Lay(type, Look.TextWidth)];
        var perRow = table.Count(slab => slab.Head is not null) / count;
        for (var height = 0; height < Look.BodyHeight; height += 7)
        {
            var pages = PageFlow.Place([new Slab(height, (_, _, _) => { }), .. table]);
            var slabs = pages.Select(page => page.Count(placed => placed.Slab.Head is not null)).Where(one => one > 0).ToArray();
            Assert.Equal(count * perRow, slabs.Sum());
            Assert.All(slabs, one => Assert.True(one >= least, $"{one} under {height}"));
            Assert.True(slabs[0] >= leastBefore, $"{slabs[0]} under {height}");
        }
    }

    [Theory]
    [InlineData(ReportLanguage.English, "The ring is the original", "sample_pairs: share of items", "OriginalChanged")]
    [InlineData(ReportLanguage.Japanese, "白抜きの丸は", "sample_pairs：問題の割合", "元のモデル変更後")]
    public void A_chart_of_groups_stands_on_the_page_of_its_legend_and_names_its_signs(ReportLanguage language, string legend, string title, string key)
    {
        var sample = ReportSamples.Named["approved"];
        // Rules before it move the chart down page by page.
        for (var more = 0; more < 12; more++)
        {
            var metrics = sample.BaseEvaluations[0].Report.Metrics;
            var lengthened = sample with { BaseEvaluations = [sample.BaseEvaluations[0] with { Report = sample.BaseEvaluations[0].Report with { Metrics = [.. metrics, .. Enumerable.Range(0, 3 * more).Select(i => metrics[0] with { Name = $"acc-{i}" })] } }, .. sample.BaseEvaluations.Skip(1)] };
            using var document = ForeignReader.Open(AuditReport.Render(lengthened, language, SignedSample.Fonts(language)));
            var page = Text(document.GetPages().First(each => Text(each).Contains(Squeezed(legend), StringComparison.Ordinal)));
            Assert.Contains(Squeezed(title), page, StringComparison.Ordinal);
            Assert.Contains(key, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Where_both_models_have_the_same_share_the_ring_is_seen_around_the_disc()
    {
        var contents = ReportSamples.Approved with { BaseEvaluations = ReportSamples.Approved.CandidateEvaluations };
        using var document = ForeignReader.Open(AuditReport.Render(contents, ReportLanguage.English, SignedSample.Fonts(ReportLanguage.English)));
        var page = document.GetPages().First(each => Text(each).Contains("Theringistheoriginal", StringComparison.Ordinal));
        var round = page.Paths.Select(path => (Path: path, Box: path.GetBoundingRectangle() ?? default)).Where(each => each.Box.Width is > 4 and < 12 && Math.Abs(each.Box.Width - each.Box.Height) < 0.1).ToList();
        var pairs = (from ring in round
                     where ring.Path is { IsStroked: true, IsFilled: false }
                     from disc in round
                     where disc.Path.IsFilled && Math.Abs(ring.Box.Centroid.X - disc.Box.Centroid.X) + Math.Abs(ring.Box.Centroid.Y - disc.Box.Centroid.Y) < 0.1
                     select (Inside: ring.Box.Width - ring.Path.LineWidth, Disc: disc.Box.Width)).ToList();
        Assert.Equal(4, pairs.Count); // all items and three groups
        Assert.All(pairs, pair => Assert.True(pair.Inside > pair.Disc + 1, $"{pair}"));
    }

    private static string Text(Page page) => Squeezed(string.Concat(page.Letters.Select(letter => letter.Value)));

    private static string Squeezed(string text) => text.Replace(" ", "", StringComparison.Ordinal);
}
