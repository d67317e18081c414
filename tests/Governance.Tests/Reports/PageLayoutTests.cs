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

    [Fact]
    public void A_table_leaves_no_row_alone_on_a_page()
    {
        using var type = new Typesetter(SignedSample.Fonts(ReportLanguage.English), ReportLanguage.English);
        Slab[] table = [.. new Table([("head", 1)], [.. Enumerable.Range(0, 20).Select(i => (IReadOnlyList<Cell>)[Cell.Of($"{i}")])]).Lay(type, Look.TextWidth)];
        for (var height = 0; height < Look.BodyHeight; height += 7)
        {
            var pages = PageFlow.Place([new Slab(height, (_, _, _) => { }), .. table]);
            var rows = pages.Select(page => page.Count(placed => placed.Slab.Head is not null)).Where(count => count > 0).ToArray();
            Assert.Equal(20, rows.Sum());
            Assert.DoesNotContain(1, rows);
        }
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
