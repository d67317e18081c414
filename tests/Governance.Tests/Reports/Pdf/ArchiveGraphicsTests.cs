using System.Text;
using static Loragate.Governance.Reports.Pdf.ArchiveObjects;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>PDF/A-3b §6.2 without its fonts: what the pages draw, and in which colours.</summary>
public sealed class ArchiveGraphicsTests
{
    public static TheoryData<string, ReportLanguage> All => SignedSample.All;

    [Theory, MemberData(nameof(All))]
    public void Clause_6_2_2_Pages_name_their_resources_and_use_known_operators(string name, ReportLanguage language)
    {
        Assert.All(Dictionaries(name, language).Where(one => TextOf(one, "/Type") == "/Page"), page => Assert.True(page.TryGetProperty("/Resources", out _)));
        using var document = ForeignReader.Open(SignedSample.Bytes(name, language));
        Assert.Empty(document.GetPages().SelectMany(page => page.Operations).Select(operation => operation.Operator).Distinct().Except(
            ["q", "Q", "cm", "w", "J", "j", "M", "d", "gs", "m", "l", "c", "v", "y", "h", "re", "S", "s", "f", "f*", "n", "W", "W*", "rg", "RG", "g", "G", "BT", "ET", "Tf", "Tm", "Td", "TD", "T*", "Tj", "TJ", "Tz", "Tr", "Tc", "Tw", "TL", "Ts", "BMC", "BDC", "EMC", "MP", "DP"]));
    }

    [Theory, MemberData(nameof(All))]
    public void Clause_6_2_3_One_output_intent_gives_device_colours_their_meaning(string name, ReportLanguage language)
    {
        var intent = Assert.Single(Catalog(name, language).GetProperty("/OutputIntents").EnumerateArray());
        Assert.Equal("/GTS_PDFA1", TextOf(intent, "/S"));
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
            Assert.Contains(TextOf(state, "/BM"), new[] { null, "/Normal" }); // 6.2.10
        });

    [Theory, MemberData(nameof(All))]
    public void Clauses_6_2_8_and_6_2_9_There_are_neither_images_nor_forms(string name, ReportLanguage language) =>
        Assert.DoesNotContain(Dictionaries(name, language), one => TextOf(one, "/Type") == "/XObject" || TextOf(one, "/Subtype") is "/Image" or "/Form" or "/PS");
}
