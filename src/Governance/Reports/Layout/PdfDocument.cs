using Loragate.Governance.Reports.Pdf;
using SkiaSharp;

namespace Loragate.Governance.Reports.Layout;

/// <summary>
/// Writes pages as a PDF. The bytes depend on nothing but the blocks, the fonts and who is named as their creator: no dates, no document id.
/// </summary>
internal static class PdfDocument
{
    private const float HeaderBaseline = 40;
    private const float FooterBaseline = Look.PageHeight - 34;
    private const float Gap = 14;

    public static DrawnPdf Write(IEnumerable<Block> blocks, Furniture furniture, string title, string creator, Typesetter type)
    {
        var pages = PageFlow.Place([.. blocks.SelectMany(block => block.Lay(type, Look.TextWidth))]);
        // All text is shaped before the first page is drawn: the fonts' subsets are made of what was shaped.
        var around = pages.Select((_, i) => Around(furniture, type, i + 1, pages.Count)).ToArray();
        using var stream = new MemoryStream();
        using (var document = SKDocument.CreatePdf(stream, new SKDocumentPdfMetadata { Title = title, Creator = creator, Producer = "loragate", RasterDpi = 72, EncodingQuality = 101 }))
        {
            for (var i = 0; i < pages.Count; i++)
            {
                var painter = new Painter(document.BeginPage(Look.PageWidth, Look.PageHeight));
                around[i](painter);
                foreach (var placed in pages[i])
                    placed.Slab.Paint(painter, Look.Margin, placed.Y);
                document.EndPage();
            }
            document.Close();
        }
        return new DrawnPdf(stream.ToArray(), Bookmarks(pages));
    }

    private static IReadOnlyList<Bookmark> Bookmarks(IReadOnlyList<IReadOnlyList<PlacedSlab>> pages) =>
    [
        .. pages.SelectMany((page, i) => page.Where(placed => placed.Slab.Bookmark is not null).Select(placed => new Bookmark(placed.Slab.Bookmark!, i, placed.Y))),
    ];

    private static Action<Painter> Around(Furniture furniture, Typesetter type, int page, int count)
    {
        const float right = Look.PageWidth - Look.Margin;
        var number = type.Fit(furniture.PageNumber(page, count), Look.Tiny, Look.TextWidth / 4);
        var digest = type.Fit(furniture.FooterLeft, Look.Tiny, Look.TextWidth - number.Width - Gap);
        var left = type.Fit(furniture.HeaderLeft, Look.Tiny, Look.TextWidth / 2);
        var name = type.Fit(furniture.HeaderRight, Look.Tiny, Look.TextWidth - left.Width - Gap);
        return painter =>
        {
            painter.Text(left, Look.Margin, HeaderBaseline);
            painter.Text(name, right - name.Width, HeaderBaseline);
            painter.Line(Look.Margin, HeaderBaseline + 6, right, HeaderBaseline + 6, Look.Rule, 0.5f);
            painter.Line(Look.Margin, FooterBaseline - 12, right, FooterBaseline - 12, Look.Rule, 0.5f);
            painter.Text(digest, Look.Margin, FooterBaseline);
            painter.Text(number, right - number.Width, FooterBaseline);
        };
    }
}
