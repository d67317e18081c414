using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using static Loragate.Governance.Reports.Pdf.ArchiveObjects;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>PDF/A-3b §6.1: how the file is spelled.</summary>
public sealed partial class ArchiveSyntaxTests
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
        Assert.Contains(TextOf(stream, "/Filter"), new[] { null, "/FlateDecode" });
    });

    [Theory, MemberData(nameof(All))]
    public void Clause_6_1_8_Names_are_UTF8(string name, ReportLanguage language) => Assert.DoesNotContain(
        ForeignReader.Objects(SignedSample.Bytes(name, language)).SelectMany(Leaves), leaf => leaf.StartsWith("n:", StringComparison.Ordinal)); // so qpdf writes the others

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

    private static IEnumerable<string> Leaves(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(entry => Leaves(entry.Value).Prepend(entry.Name)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Leaves),
        JsonValueKind.String => [value.GetString()!],
        _ => [],
    };

    private static bool IsStream(JsonElement one) => one.TryGetProperty("/Length", out _);

    [GeneratedRegex(@"(?<![a-z])xref\n0? ?\d+")]
    private static partial Regex Table();

    [GeneratedRegex(@"(?<=\n)\d+ 0 obj\n")]
    private static partial Regex ObjectHead();
}
