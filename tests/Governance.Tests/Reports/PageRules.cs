using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Pdf;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;

namespace Loragate.Governance.Reports;

/// <summary>What holds on every page of every report, over the letters as PdfPig places them.</summary>
internal static class PageRules
{
    // A letter may reach this far over its own box: italics, accents, rounding.
    private const double Slack = 2;

    // Letters of one word may touch; of two texts that were drawn over one another, one covers much of the other.
    private const double MostCovered = 0.3;

    /// <summary>No text runs over a margin or over another text, and no page is empty.</summary>
    public static void Check(byte[] report)
    {
        using var document = ForeignReader.Open(report);
        Assert.All(document.GetPages(), page =>
        {
            var letters = page.Letters.Where(letter => !string.IsNullOrWhiteSpace(letter.Value) && letter.BoundingBox is { Width: > 0, Height: > 0 }).ToList();
            Assert.NotEmpty(letters);
            Assert.All(letters, letter => AssertInside(letter, page.Number));
            AssertApart(letters, page.Number);
        });
    }

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
