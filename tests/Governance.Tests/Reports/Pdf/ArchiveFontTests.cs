using System.IO.Compression;
using System.Text.Json;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Graphics.Operations;
using UglyToad.PdfPig.Graphics.Operations.TextShowing;
using UglyToad.PdfPig.Graphics.Operations.TextState;
using UglyToad.PdfPig.Tokens;
using static Loragate.Governance.Reports.Pdf.ArchiveObjects;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>PDF/A-3b §6.2.11: the fonts, their widths and their glyphs.</summary>
public sealed class ArchiveFontTests
{
    public static TheoryData<string, ReportLanguage> All => SignedSample.All;

    [Theory, MemberData(nameof(All))]
    public void Clause_6_2_11_Fonts_are_embedded_whole_for_what_is_shown(string name, ReportLanguage language)
    {
        var all = Dictionaries(name, language).ToList();
        Assert.All(all.Where(one => TextOf(one, "/Type") == "/FontDescriptor"), descriptor =>
        {
            Assert.True(descriptor.TryGetProperty("/FontFile2", out _));
            Assert.False(descriptor.TryGetProperty("/CIDSet", out _)); // 6.2.11.4.2: a list that is not there is not wrong
        });
        var fonts = all.Where(one => TextOf(one, "/Type") == "/Font").ToList();
        Assert.NotEmpty(fonts);
        Assert.All(fonts, font => Assert.Contains(TextOf(font, "/Subtype"), new[] { "/Type0", "/CIDFontType2" }));
        Assert.All(fonts.Where(font => TextOf(font, "/Subtype") == "/Type0"), font => Assert.Equal("/Identity-H", TextOf(font, "/Encoding")));
        Assert.All(fonts.Where(font => TextOf(font, "/Subtype") == "/CIDFontType2"), font => Assert.Equal("/Identity", TextOf(font, "/CIDToGIDMap")));
    }

    [Theory, MemberData(nameof(All))]
    public void Clause_6_2_11_5_Widths_are_those_of_the_font_program(string name, ReportLanguage language)
    {
        using var document = ForeignReader.Open(SignedSample.Bytes(name, language));
        var shown = GlyphsByFont(document);
        Assert.NotEmpty(shown);
        Assert.All(shown, each =>
        {
            var font = Descendant(name, language, each.Key);
            using var face = Program(document, name, language, font);
            var widths = Widths(name, language, font);
            var other = font.TryGetProperty("/DW", out var width) ? width.GetDouble() : 1000;
            Assert.All(each.Value, glyph => Assert.InRange(widths.GetValueOrDefault(glyph, other) - face.WidthOf(glyph), -1, 1)); // a thousandth of an em may be lost
        });
    }

    [Theory, MemberData(nameof(All))]
    public void Clause_6_2_11_8_No_glyph_is_the_one_for_what_is_missing(string name, ReportLanguage language)
    {
        using var document = ForeignReader.Open(SignedSample.Bytes(name, language));
        Assert.All(document.GetPages(), page =>
        {
            var glyphs = page.Operations.SelectMany(Shown).SelectMany(Glyphs).ToList();
            Assert.NotEmpty(glyphs);
            Assert.DoesNotContain(0, glyphs);
        });
    }

    /// <summary>The strings that an operation shows: codes of two bytes each, which are the glyphs' own numbers.</summary>
    private static IEnumerable<byte[]> Shown(IGraphicsStateOperation operation) => operation switch
    {
        ShowText one => [one.Text is { } text ? OtherEncodings.StringAsLatin1Bytes(text)! : one.Bytes.ToArray()],
        ShowTextsWithPositioning texts => texts.Array.Select(token => token switch
        {
            HexToken hex => hex.Bytes.ToArray(),
            StringToken text => text.GetBytes(),
            _ => [],
        }),
        _ => [],
    };

    /// <summary>The glyphs that the pages show, by the name of their font among the pages' resources, which is the same on every page.</summary>
    private static Dictionary<string, HashSet<int>> GlyphsByFont(PdfDocument document)
    {
        Dictionary<string, HashSet<int>> shown = [];
        foreach (var page in document.GetPages())
        {
            var font = "";
            foreach (var operation in page.Operations)
            {
                if (operation is SetFontAndSize set)
                    font = set.Font.Data;
                foreach (var glyphs in Shown(operation).Select(Glyphs))
                {
                    if (!shown.TryGetValue(font, out var known))
                        shown.Add(font, known = []);
                    known.UnionWith(glyphs);
                }
            }
        }
        return shown;
    }

    private static JsonElement Descendant(string name, ReportLanguage language, string font)
    {
        var reference = Dictionaries(name, language).Where(one => one.TryGetProperty("/Font", out var fonts) && fonts.ValueKind == JsonValueKind.Object && fonts.TryGetProperty($"/{font}", out _))
            .Select(one => one.GetProperty("/Font").GetProperty($"/{font}").GetString()!).Distinct().Single();
        var descendant = Resolve(name, language, reference).GetProperty("/DescendantFonts")[0];
        return descendant.ValueKind == JsonValueKind.String ? Resolve(name, language, descendant) : descendant;
    }

    private static IEnumerable<int> Glyphs(byte[] codes)
    {
        Assert.True(codes.Length % 2 == 0, "a code of two bytes is cut off");
        return codes.Chunk(2).Select(code => (code[0] << 8) | code[1]);
    }

    /// <summary>The embedded program of a font.</summary>
    private static FontProgram Program(PdfDocument document, string name, ReportLanguage language, JsonElement font)
    {
        var reference = Resolve(name, language, font.GetProperty("/FontDescriptor")).GetProperty("/FontFile2").GetString()!;
        var stream = (StreamToken)document.Structure.GetObject(new IndirectReference(long.Parse(reference.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture), 0)).Data;
        using var inflated = new MemoryStream();
        using (var zlib = new ZLibStream(new MemoryStream(stream.Data.ToArray()), CompressionMode.Decompress))
            zlib.CopyTo(inflated);
        return new FontProgram(inflated.ToArray());
    }

    /// <summary>A font's widths by glyph, where they are not its one default: "first [width …]" and "first last width" (ISO 32000-1 §9.7.4.3).</summary>
    private static Dictionary<int, double> Widths(string name, ReportLanguage language, JsonElement font)
    {
        if (!font.TryGetProperty("/W", out var entry))
            return [];
        List<JsonElement> items = [.. (entry.ValueKind == JsonValueKind.String ? Resolve(name, language, entry) : entry).EnumerateArray()];
        Dictionary<int, double> widths = [];
        for (var i = 0; i < items.Count;)
        {
            var first = items[i].GetInt32();
            if (items[i + 1].ValueKind == JsonValueKind.Array)
            {
                foreach (var (j, width) in items[i + 1].EnumerateArray().Index())
                    widths[first + j] = width.GetDouble();
                i += 2;
                continue;
            }
            for (var glyph = first; glyph <= items[i + 1].GetInt32(); glyph++)
                widths[glyph] = items[i + 2].GetDouble();
            i += 3;
        }
        return widths;
    }
}
