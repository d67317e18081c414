using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Loragate.Testing;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Graphics.Operations;
using UglyToad.PdfPig.Graphics.Operations.TextShowing;
using UglyToad.PdfPig.Graphics.Operations.TextState;
using UglyToad.PdfPig.Tokens;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>
/// PDF/A-3b, clause by clause (ISO 19005-3:2012), over the objects as qpdf reads them and the page contents as PdfPig does. The clauses of what a
/// report never holds (images, annotations with appearances, scripts, layers) are proved by its absence.
/// </summary>
public sealed partial class ArchiveRulesTests
{
    public static TheoryData<string, ReportLanguage> All => SignedSample.All;

    [Theory, MemberData(nameof(All))]
    public void Clause_6_1_2_The_file_begins_with_its_header_and_four_binary_bytes(string name, ReportLanguage language)
    {
        var bytes = SignedSample.Bytes(name, language);
        Assert.Matches(@"^%PDF-1\.[0-7]\n%[\x80-\xFF]{4}", Encoding.Latin1.GetString(bytes[..20]));
    }

    [Theory, MemberData(nameof(All))]
    public void Clause_6_1_3_The_trailer_has_an_ID_and_no_encryption_and_nothing_follows(string name, ReportLanguage language)
    {
        var text = Latin1(name, language);
        Assert.Matches(@"trailer\n<<[^>]*/ID \[<[0-9a-f]{32}><[0-9a-f]{32}>\]>>\nstartxref\n\d+\n%%EOF\n\z", text);
        Assert.DoesNotContain("/Encrypt", text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(All))]
    public void Clause_6_1_4_Tables_have_the_classic_form(string name, ReportLanguage language)
    {
        var text = Latin1(name, language);
        Assert.Equal(2, Table().Count(text));
        Assert.DoesNotContain("/Type /XRef", text, StringComparison.Ordinal);
        Assert.DoesNotContain("/ObjStm", text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(All))]
    public void Clause_6_1_7_Streams_hold_their_own_data_in_allowed_filters(string name, ReportLanguage language) => Assert.All(Dictionaries(name, language).Where(IsStream), stream =>
    {
        Assert.All(new[] { "/F", "/FFilter", "/FDecodeParms" }, key => Assert.False(stream.TryGetProperty(key, out _)));
        Assert.Contains(Text(stream, "/Filter"), new[] { null, "/FlateDecode" });
    });

    [Theory, MemberData(nameof(All))]
    public void Clause_6_1_9_Objects_are_spelled_with_single_spaces_and_lines_of_their_own(string name, ReportLanguage language)
    {
        var text = Latin1(name, language);
        Assert.True(ObjectHead().Count(text) >= ForeignReader.Objects(SignedSample.Bytes(name, language)).Count());
        Assert.Equal(ObjectHead().Count(text), text.Split("\nendobj\n").Length - 1);
    }

    [Theory, MemberData(nameof(All))]
    public void Clause_6_1_13_Strings_names_and_nesting_keep_to_the_limits(string name, ReportLanguage language)
    {
        Assert.All(ForeignReader.Objects(SignedSample.Bytes(name, language)).SelectMany(Leaves), text => Assert.InRange(text.StartsWith('/') ? text.Length - 1 : text.Length / 2, 0, text.StartsWith('/') ? 127 : 32767));
        using var document = ForeignReader.Open(SignedSample.Bytes(name, language));
        foreach (var page in document.GetPages())
        {
            var depth = 0;
            var deepest = page.Operations.Max(operation => depth += operation.Operator switch { "q" => 1, "Q" => -1, _ => 0 });
            Assert.InRange(deepest, 0, 28);
            Assert.Equal(0, depth);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Clause_6_2_3_One_output_intent_gives_device_colours_their_meaning(string name, ReportLanguage language)
    {
        var intent = Assert.Single(Catalog(name, language).GetProperty("/OutputIntents").EnumerateArray());
        Assert.Equal("/GTS_PDFA1", Text(intent, "/S"));
        Assert.Equal("3", Resolve(name, language, intent.GetProperty("/DestOutputProfile")).GetProperty("/N").ToString());
        var profile = SrgbProfile.Bytes;
        Assert.Equal(profile.Length, (profile[2] << 8) | profile[3]);
        Assert.Equal("mntrRGB XYZ ", Encoding.ASCII.GetString(profile, 12, 12));
        Assert.Equal("acsp", Encoding.ASCII.GetString(profile, 36, 4));
        Assert.True(profile[8] <= 4);
    }

    [Theory, MemberData(nameof(All))]
    public void Clause_6_2_4_Pages_use_no_colours_but_plain_RGB_and_grey(string name, ReportLanguage language)
    {
        using var document = ForeignReader.Open(SignedSample.Bytes(name, language));
        var operators = document.GetPages().SelectMany(page => page.Operations).Select(operation => operation.Operator).ToHashSet();
        Assert.Contains("rg", operators);
        Assert.Empty(operators.Intersect(["k", "K", "cs", "CS", "sc", "SC", "scn", "SCN", "sh", "BI", "ri"]));
    }

    [Theory, MemberData(nameof(All))]
    public void Clause_6_2_5_Graphics_states_have_no_transfer_functions_or_halftones(string name, ReportLanguage language) => Assert.All(
        Dictionaries(name, language).Where(one => one.TryGetProperty("/ca", out _) || one.TryGetProperty("/BM", out _)), state =>
        {
            Assert.All(new[] { "/TR", "/TR2", "/HTP", "/HTO", "/SMask" }, key => Assert.False(state.TryGetProperty(key, out var value) && value.ToString() != "/None", key));
            Assert.Contains(Text(state, "/BM"), new[] { null, "/Normal" }); // 6.2.10
        });

    [Theory, MemberData(nameof(All))]
    public void Clauses_6_2_8_and_6_2_9_There_are_neither_images_nor_forms(string name, ReportLanguage language) =>
        Assert.DoesNotContain(Dictionaries(name, language), one => Text(one, "/Type") == "/XObject" || Text(one, "/Subtype") is "/Image" or "/Form" or "/PS");

    [Theory, MemberData(nameof(All))]
    public void Clause_6_2_11_Fonts_are_embedded_whole_for_what_is_shown(string name, ReportLanguage language)
    {
        var all = Dictionaries(name, language).ToList();
        Assert.All(all.Where(one => Text(one, "/Type") == "/FontDescriptor"), descriptor =>
        {
            Assert.True(descriptor.TryGetProperty("/FontFile2", out _));
            Assert.False(descriptor.TryGetProperty("/CIDSet", out _)); // 6.2.11.4.2: a list that is not there is not wrong
        });
        var fonts = all.Where(one => Text(one, "/Type") == "/Font").ToList();
        Assert.NotEmpty(fonts);
        Assert.All(fonts, font => Assert.Contains(Text(font, "/Subtype"), new[] { "/Type0", "/CIDFontType2" }));
        Assert.All(fonts.Where(font => Text(font, "/Subtype") == "/Type0"), font => Assert.Equal("/Identity-H", Text(font, "/Encoding")));
        Assert.All(fonts.Where(font => Text(font, "/Subtype") == "/CIDFontType2"), font => Assert.Equal("/Identity", Text(font, "/CIDToGIDMap")));
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

    [Theory, MemberData(nameof(All))]
    public void Clause_6_1_5_What_the_file_says_of_itself_are_texts_without_dates(string name, ReportLanguage language)
    {
        var number = InfoNumber().Matches(Latin1(name, language)).Select(match => match.Groups[1].Value).Distinct().Single();
        var info = Resolve(name, language, $"{number} 0 R");
        Assert.Equal(["/Creator", "/Producer", "/Title"], info.EnumerateObject().Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.All(info.EnumerateObject(), entry => Assert.Matches("^[ub]:.", entry.Value.GetString()!));
    }

    [Theory, MemberData(nameof(All))]
    public void Clause_6_1_8_Names_are_UTF8(string name, ReportLanguage language) => Assert.DoesNotContain(
        ForeignReader.Objects(SignedSample.Bytes(name, language)).SelectMany(Leaves), leaf => leaf.StartsWith("n:", StringComparison.Ordinal)); // so qpdf writes the others

    [Theory, MemberData(nameof(All))]
    public void Clause_6_2_2_Pages_name_their_resources_and_use_known_operators(string name, ReportLanguage language)
    {
        Assert.All(Dictionaries(name, language).Where(one => Text(one, "/Type") == "/Page"), page => Assert.True(page.TryGetProperty("/Resources", out _)));
        using var document = ForeignReader.Open(SignedSample.Bytes(name, language));
        Assert.Empty(document.GetPages().SelectMany(page => page.Operations).Select(operation => operation.Operator).Distinct().Except(
            ["q", "Q", "cm", "w", "J", "j", "M", "d", "gs", "m", "l", "c", "v", "y", "h", "re", "S", "s", "f", "f*", "n", "W", "W*", "rg", "RG", "g", "G", "BT", "ET", "Tf", "Tm", "Td", "TD", "T*", "Tj", "TJ", "Tz", "Tr", "Tc", "Tw", "TL", "Ts", "BMC", "BDC", "EMC", "MP", "DP"]));
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
    public void Clause_6_3_Annotations_are_links_and_the_signature_and_print(string name, ReportLanguage language) => Assert.All(
        Dictionaries(name, language).Where(one => Text(one, "/Subtype") is "/Link" or "/Widget" || Text(one, "/Type") == "/Annot"), annotation =>
        {
            Assert.Contains(Text(annotation, "/Subtype"), new[] { "/Link", "/Widget" });
            var flags = annotation.GetProperty("/F").GetInt32();
            Assert.Equal(4, flags & 0b100111); // printed; not invisible, hidden, or kept from the screen
            Assert.False(annotation.TryGetProperty("/AA", out _));
        });

    [Theory, MemberData(nameof(All))]
    public void Clause_6_4_The_form_is_a_signature_and_nothing_else(string name, ReportLanguage language)
    {
        var form = Catalog(name, language).GetProperty("/AcroForm");
        Assert.Equal(["/Fields", "/SigFlags"], form.EnumerateObject().Select(entry => entry.Name).Order(StringComparer.Ordinal));
        var field = Resolve(name, language, Assert.Single(form.GetProperty("/Fields").EnumerateArray()));
        Assert.Equal(("/Widget", "/Sig"), (Text(field, "/Subtype"), Text(field, "/FT")));
        Assert.False(field.TryGetProperty("/A", out _));
        Assert.All(field.GetProperty("/Rect").EnumerateArray(), number => Assert.Equal(0, number.GetInt32()));
    }

    [Theory, MemberData(nameof(All))]
    public void Clauses_6_5_6_9_6_10_and_6_11_Nothing_acts_hides_moves_or_demands(string name, ReportLanguage language)
    {
        Assert.All(new[] { "/OpenAction", "/AA", "/OCProperties", "/Requirements", "/Perms" }, key => Assert.False(Catalog(name, language).TryGetProperty(key, out _), key));
        Assert.All(Dictionaries(name, language), one => Assert.All(
            new[] { "/JS", "/JavaScript", "/Launch", "/AlternatePresentations", "/PresSteps", "/XFA" }, key => Assert.False(one.TryGetProperty(key, out _), key)));
        Assert.All(Dictionaries(name, language).Where(one => one.TryGetProperty("/A", out var action) && action.ValueKind == JsonValueKind.Object), one =>
            Assert.Contains(Text(one.GetProperty("/A"), "/S"), new[] { "/URI", "/GoTo" }));
    }

    [Theory, MemberData(nameof(All))]
    public void Clause_6_6_The_metadata_say_what_the_file_is(string name, ReportLanguage language)
    {
        var text = Latin1(name, language);
        var start = text.IndexOf("<?xpacket begin", StringComparison.Ordinal);
        var packet = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text[start..text.IndexOf("<?xpacket end", StringComparison.Ordinal)]));
        Assert.DoesNotContain("bytes=", packet, StringComparison.Ordinal);
        Assert.DoesNotContain("encoding=", packet, StringComparison.Ordinal);
        var xml = XDocument.Parse(packet[(packet.IndexOf("?>", StringComparison.Ordinal) + 2)..]);
        string Value(string ns, string local) => xml.Descendants(XName.Get(local, ns)).Single().Value;
        Assert.Equal("3", Value("http://www.aiim.org/pdfa/ns/id/", "part"));
        Assert.Equal("B", Value("http://www.aiim.org/pdfa/ns/id/", "conformance"));
        Assert.Equal(language == ReportLanguage.Japanese ? "ja" : "en", Value("http://purl.org/dc/elements/1.1/", "language"));
        using var document = ForeignReader.Open(SignedSample.Bytes(name, language));
        Assert.Equal(document.Information.Title, Value("http://purl.org/dc/elements/1.1/", "title"));
        Assert.Equal(document.Information.Producer, Value("http://ns.adobe.com/pdf/1.3/", "Producer"));
        Assert.Equal(document.Information.Creator, Value("http://ns.adobe.com/xap/1.0/", "CreatorTool"));
    }

    [Theory, MemberData(nameof(All))]
    public void Clause_6_8_Files_inside_are_associated_typed_and_named(string name, ReportLanguage language)
    {
        var associated = Catalog(name, language).GetProperty("/AF").EnumerateArray().Select(reference => reference.GetString()!).ToList();
        var named = Catalog(name, language).GetProperty("/Names").GetProperty("/EmbeddedFiles").GetProperty("/Names").EnumerateArray().Select(item => item.GetString()!).ToList();
        Assert.Equal(associated, named.Where((_, i) => i % 2 == 1));
        Assert.Equal(associated.Count, Dictionaries(name, language).Count(one => Text(one, "/Type") == "/Filespec"));
        Assert.All(associated, reference =>
        {
            var file = Resolve(name, language, reference);
            Assert.Equal("/Data", Text(file, "/AFRelationship"));
            Assert.Equal(Text(file, "/F"), Text(file, "/UF"));
            var data = Resolve(name, language, file.GetProperty("/EF").GetProperty("/F"));
            Assert.Matches("^/[a-z]+/[a-z0-9.+-]+$", Text(data, "/Subtype"));
            Assert.True(data.GetProperty("/Params").TryGetProperty("/ModDate", out _));
        });
    }

    [Theory, MemberData(nameof(All))]
    public void Every_link_leads_to_a_place_on_a_page_and_there_are_some(string name, ReportLanguage language)
    {
        var links = Dictionaries(name, language).Where(one => Text(one, "/Subtype") == "/Link").Select(link => Text(link, "/Dest")).ToList();
        Assert.NotEmpty(links);
        var entry = Catalog(name, language).GetProperty("/Dests");
        var places = entry.ValueKind == JsonValueKind.String ? Resolve(name, language, entry) : entry;
        Assert.All(links, link => Assert.True(places.TryGetProperty(link!, out _), link));
        Assert.All(places.EnumerateObject(), place => Assert.Equal("/Page", Text(Resolve(name, language, place.Value[0]), "/Type")));
    }

    [Theory, MemberData(nameof(All))]
    public void VeraPDF_agrees_where_it_is_installed(string name, ReportLanguage language)
    {
        Assert.SkipUnless(Shell.Has("verapdf"), "veraPDF is not installed.");
        using var folder = new TempFolder();
        var result = Shell.Run("verapdf", folder.Path, "--flavour", "3b", "--format", "text", folder.Write("report.pdf", SignedSample.Bytes(name, language)));
        Assert.StartsWith("PASS", result.Output, StringComparison.Ordinal);
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

    private static string Latin1(string name, ReportLanguage language) => Encoding.Latin1.GetString(SignedSample.Bytes(name, language));

    private static JsonElement Catalog(string name, ReportLanguage language) => Dictionaries(name, language).Single(one => Text(one, "/Type") == "/Catalog");

    private static IEnumerable<JsonElement> Dictionaries(string name, ReportLanguage language) =>
        ForeignReader.Objects(SignedSample.Bytes(name, language)).SelectMany(Nested).Where(one => one.ValueKind == JsonValueKind.Object);

    private static IEnumerable<JsonElement> Nested(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(entry => Nested(entry.Value)).Prepend(value),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Nested),
        _ => [],
    };

    private static IEnumerable<string> Leaves(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(entry => Leaves(entry.Value).Prepend(entry.Name)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Leaves),
        JsonValueKind.String => [value.GetString()!],
        _ => [],
    };

    private static bool IsStream(JsonElement one) => one.TryGetProperty("/Length", out _);

    private static string? Text(JsonElement one, string key) => one.ValueKind == JsonValueKind.Object && one.TryGetProperty(key, out var value) ? value.ToString() : null;

    private static JsonElement Resolve(string name, ReportLanguage language, JsonElement reference) => Resolve(name, language, reference.GetString()!);

    private static JsonElement Resolve(string name, ReportLanguage language, string reference)
    {
        var number = int.Parse(reference.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        return ForeignReader.Object(SignedSample.Bytes(name, language), number);
    }

    [GeneratedRegex(@"(?<![a-z])xref\n0? ?\d+")]
    private static partial Regex Table();

    [GeneratedRegex(@"(?<=\n)\d+ 0 obj\n")]
    private static partial Regex ObjectHead();

    [GeneratedRegex(@"/Info (\d+) 0 R")]
    private static partial Regex InfoNumber();
}
