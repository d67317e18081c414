using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Pdf;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;

namespace Loragate.Governance.Reports;

/// <summary>What the eye sees at once on a page that went wrong, over the letters as PdfPig places them.</summary>
public sealed class PageLayoutTests
{
    // A letter may reach this far over its own box: italics, accents, rounding.
    private const double Slack = 2;

    // Letters of one word may touch; of two texts that were drawn over one another, one covers much of the other.
    private const double MostCovered = 0.3;

    [Theory]
    [MemberData(nameof(ReportSamples.All), MemberType = typeof(ReportSamples))]
    public void No_text_runs_over_a_margin_or_over_another_text(string name, ReportLanguage language)
    {
        using var document = SignedSample.Open(AuditReport.Render(ReportSamples.Named[name], language, SignedSample.Fonts(language)));
        Assert.All(document.GetPages(), page =>
        {
            var letters = page.Letters.Where(letter => !string.IsNullOrWhiteSpace(letter.Value) && letter.BoundingBox is { Width: > 0, Height: > 0 }).ToList();
            Assert.NotEmpty(letters);
            Assert.All(letters, letter => AssertInside(letter, page.Number));
            AssertApart(letters, page.Number);
        });
    }

    [Theory]
    [InlineData(ReportLanguage.English, "Inspection of the adapter", "Severity")]
    [InlineData(ReportLanguage.Japanese, "アダプターの点検", "重要度")]
    public void A_heading_stands_on_the_page_of_the_table_that_it_heads(ReportLanguage language, string heading, string head)
    {
        using var document = SignedSample.Open(AuditReport.Render(ReportSamples.Named["banking"], language, SignedSample.Fonts(language)));
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
            using var document = SignedSample.Open(AuditReport.Render(lengthened, language, SignedSample.Fonts(language)));
            var page = Text(document.GetPages().First(each => Text(each).Contains(Squeezed(legend), StringComparison.Ordinal)));
            Assert.Contains(Squeezed(title), page, StringComparison.Ordinal);
            Assert.Contains(key, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Where_both_models_have_the_same_share_the_ring_is_seen_around_the_disc()
    {
        var contents = ReportSamples.Approved with { BaseEvaluations = ReportSamples.Approved.CandidateEvaluations };
        using var document = SignedSample.Open(AuditReport.Render(contents, ReportLanguage.English, SignedSample.Fonts(ReportLanguage.English)));
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

    private static void AssertInside(Letter letter, int page)
    {
        var box = letter.BoundingBox;
        Assert.True(box.Left >= Look.Margin - Slack && box.Right <= Look.PageWidth - Look.Margin + Slack, $"page {page}: '{letter.Value}' at {box.Left:0} to {box.Right:0}");
        Assert.True(box.Bottom >= 0 && box.Top <= Look.PageHeight, $"page {page}: '{letter.Value}' at height {box.Bottom:0}");
    }

    private static void AssertApart(List<Letter> letters, int page)
    {
        letters.Sort((a, b) => a.BoundingBox.Left.CompareTo(b.BoundingBox.Left));
        for (var i = 0; i < letters.Count; i++)
        {
            for (var j = i + 1; j < letters.Count && letters[j].BoundingBox.Left < letters[i].BoundingBox.Right; j++)
            {
                var covered = Covered(letters[i].BoundingBox, letters[j].BoundingBox);
                Assert.True(covered <= MostCovered, $"page {page}: '{letters[i].Value}' and '{letters[j].Value}' share {covered:P0} at {letters[j].BoundingBox.Left:0}, {letters[j].BoundingBox.Bottom:0}");
            }
        }
    }

    /// <summary>The share of the smaller box that the other covers.</summary>
    private static double Covered(PdfRectangle one, PdfRectangle other)
    {
        var width = Math.Min(one.Right, other.Right) - Math.Max(one.Left, other.Left);
        var height = Math.Min(one.Top, other.Top) - Math.Max(one.Bottom, other.Bottom);
        return width <= 0 || height <= 0 ? 0 : width * height / Math.Min(one.Width * one.Height, other.Width * other.Height);
    }
}
