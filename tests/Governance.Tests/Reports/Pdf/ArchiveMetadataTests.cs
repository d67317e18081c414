using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Loragate.Testing;
using static Loragate.Governance.Reports.Pdf.ArchiveObjects;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>PDF/A-3b §6.1.5, §6.6 and §6.8: what the file says that it is and holds; veraPDF says so too.</summary>
public sealed partial class ArchiveMetadataTests
{
    public static TheoryData<string, ReportLanguage> All => SignedSample.All;

    [Theory, MemberData(nameof(All))]
    public void Clause_6_1_5_What_the_file_says_of_itself_are_texts_without_dates(string name, ReportLanguage language)
    {
        var number = InfoNumber().Matches(Latin1(name, language)).Select(match => match.Groups[1].Value).Distinct().Single();
        var info = Resolve(name, language, $"{number} 0 R");
        Assert.Equal(["/Creator", "/Producer", "/Title"], info.EnumerateObject().Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.All(info.EnumerateObject(), entry => Assert.Matches("^[ub]:.", entry.Value.GetString()!));
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
        Assert.Equal(associated.Count, Dictionaries(name, language).Count(one => TextOf(one, "/Type") == "/Filespec"));
        Assert.All(associated, reference =>
        {
            var file = Resolve(name, language, reference);
            Assert.Equal("/Data", TextOf(file, "/AFRelationship"));
            Assert.Equal(TextOf(file, "/F"), TextOf(file, "/UF"));
            var data = Resolve(name, language, file.GetProperty("/EF").GetProperty("/F"));
            Assert.Matches("^/[a-z]+/[a-z0-9.+-]+$", TextOf(data, "/Subtype"));
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

    [GeneratedRegex(@"/Info (\d+) 0 R")]
    private static partial Regex InfoNumber();
}
