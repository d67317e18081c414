using System.Globalization;
using System.Text;
using Loragate.Governance.Reports.Pdf;
using Loragate.Testing;
using ZXing;

namespace Loragate.Governance.Reports;

public sealed class QrCodeTests
{
    [Theory]
    [InlineData(ReportLanguage.English, "How to verify this report without us")]
    [InlineData(ReportLanguage.Japanese, "第三者による検証の手順")]
    public void A_reader_of_codes_finds_the_checkpoint_on_the_pages_that_tell_how_to_verify(ReportLanguage language, string heading)
    {
        Assert.SkipUnless(Shell.Has("pdftoppm"), "poppler-utils is not installed.");
        var report = SignedSample.Bytes("approved", language);
        using var document = ForeignReader.Open(report);
        var first = document.GetPages().Last(page => string.Concat(page.Letters.Select(letter => letter.Value)).Replace(" ", "", StringComparison.Ordinal).Contains(heading.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal)).Number;
        var ledger = ReportSamples.Approved.Ledger!;
        var found = Enumerable.Range(1, document.NumberOfPages).Select(page => (Page: page, Text: Read(report, page))).Where(each => each.Text is not null).ToList();
        var code = Assert.Single(found);
        Assert.True(code.Page >= first, $"page {code.Page}, the chapter begins on {first}");
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{ledger.Origin}\n{ledger.Size}\n{ledger.RootHash}\n"), code.Text);
    }

    /// <summary>The code on a page, as ZXing reads it from the page's picture; null where there is none.</summary>
    private static string? Read(byte[] report, int page)
    {
        using var folder = new TempFolder();
        var number = page.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(0, Shell.Run("pdftoppm", folder.Path, "-gray", "-r", "150", "-singlefile", "-f", number, "-l", number, folder.Write("report.pdf", report), folder.PathTo("page")).ExitCode);
        var picture = File.ReadAllBytes(folder.PathTo("page.pgm"));
        // "P5 WIDTH HEIGHT 255" and a byte for each point.
        var head = Encoding.ASCII.GetString(picture, 0, 20).Split(['\n', ' '], 4);
        var (width, height) = (int.Parse(head[1], CultureInfo.InvariantCulture), int.Parse(head[2], CultureInfo.InvariantCulture));
        var reader = new BarcodeReaderGeneric { Options = { PossibleFormats = [BarcodeFormat.QR_CODE], TryHarder = true } };
        return reader.Decode(new RGBLuminanceSource(picture[^(width * height)..], width, height, RGBLuminanceSource.BitmapFormat.Gray8))?.Text;
    }
}
