using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Loragate.Testing;

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
        Assert.True(ObjectHead().Count(text) >= SignedSample.Objects(SignedSample.Bytes(name, language)).Count());
        Assert.Equal(ObjectHead().Count(text), text.Split("\nendobj\n").Length - 1);
    }

    [Theory, MemberData(nameof(All))]
    public void Clause_6_1_13_Strings_names_and_nesting_keep_to_the_limits(string name, ReportLanguage language)
    {
        Assert.All(SignedSample.Objects(SignedSample.Bytes(name, language)).SelectMany(Leaves), text => Assert.InRange(text.StartsWith('/') ? text.Length - 1 : text.Length / 2, 0, text.StartsWith('/') ? 127 : 32767));
        using var document = SignedSample.Open(SignedSample.Bytes(name, language));
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
        using var document = SignedSample.Open(SignedSample.Bytes(name, language));
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
        using var document = SignedSample.Open(SignedSample.Bytes(name, language));
        var codes = document.GetPages().SelectMany(page => page.Operations).Where(operation => operation.Operator is "Tj" or "TJ").Select(operation => operation.ToString()!);
        Assert.All(codes.SelectMany(text => HexString().Matches(text)).Select(match => match.Value), hex => Assert.DoesNotMatch("^<([0-9A-Fa-f]{4})*0000", hex));
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
        using var document = SignedSample.Open(SignedSample.Bytes(name, language));
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
    public void VeraPDF_agrees_where_it_is_installed(string name, ReportLanguage language)
    {
        Assert.SkipUnless(Shell.Has("verapdf"), "veraPDF is not installed.");
        using var folder = new TempFolder();
        var result = Shell.Run("verapdf", folder.Path, "--flavour", "3b", "--format", "text", folder.Write("report.pdf", SignedSample.Bytes(name, language)));
        Assert.StartsWith("PASS", result.Output, StringComparison.Ordinal);
    }

    private static string Latin1(string name, ReportLanguage language) => Encoding.Latin1.GetString(SignedSample.Bytes(name, language));

    private static JsonElement Catalog(string name, ReportLanguage language) => Dictionaries(name, language).Single(one => Text(one, "/Type") == "/Catalog");

    private static IEnumerable<JsonElement> Dictionaries(string name, ReportLanguage language) =>
        SignedSample.Objects(SignedSample.Bytes(name, language)).SelectMany(Nested).Where(one => one.ValueKind == JsonValueKind.Object);

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
        return SignedSample.Object(SignedSample.Bytes(name, language), number);
    }

    [GeneratedRegex(@"(?<![a-z])xref\n0? ?\d+")]
    private static partial Regex Table();

    [GeneratedRegex(@"(?<=\n)\d+ 0 obj\n")]
    private static partial Regex ObjectHead();

    [GeneratedRegex("<[0-9A-Fa-f]+>")]
    private static partial Regex HexString();
}
