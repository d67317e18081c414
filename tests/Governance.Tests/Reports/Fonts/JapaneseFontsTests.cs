using Loragate.Testing;

namespace Loragate.Governance.Reports.Fonts;

public sealed class JapaneseFontsTests
{
    private static readonly JapaneseFont Nowhere = new("No Such Gothic 7f3a", "no-such-gothic.ttf");

    [Fact]
    public void Without_any_font_the_message_names_what_was_tried_and_what_to_install()
    {
        var exception = Assert.Throws<ReportFontException>(() => JapaneseFonts.Find([Nowhere], []));
        Assert.Contains(Nowhere.Family, exception.Message, StringComparison.Ordinal);
        Assert.Contains("fonts-ipaexfont-gothic", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_font_is_found_in_a_folder_below_by_its_file_name()
    {
        using var folder = new TempFolder();
        folder.Write("truetype/deep/NO-SUCH-gothic.ttf", FontSet.Bundled.Mono.Bytes.Span);
        Assert.Equal("NO-SUCH-gothic.ttf", JapaneseFonts.Find([Nowhere], [folder.Path]).Name);
    }

    [Fact]
    public void A_font_that_cannot_be_embedded_gives_way_to_the_next()
    {
        using var folder = new TempFolder();
        folder.Write("broken.ttf", "not a font"u8);
        folder.Write("no-such-gothic.ttf", FontSet.Bundled.Mono.Bytes.Span);
        Assert.Equal("no-such-gothic.ttf", JapaneseFonts.Find([new JapaneseFont("Broken 7f3a", "broken.ttf"), Nowhere], [folder.Path]).Name);
    }
}
