using System.Text.Json;
using static Loragate.Governance.Reports.Pdf.ArchiveObjects;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>PDF/A-3b §6.3 to §6.5 and §6.9 to §6.11: what a reader may click, and that nothing acts by itself.</summary>
public sealed class ArchiveInteractionTests
{
    public static TheoryData<string, ReportLanguage> All => SignedSample.All;

    [Theory, MemberData(nameof(All))]
    public void Clause_6_3_Annotations_are_links_and_the_signature_and_print(string name, ReportLanguage language) => Assert.All(
        Dictionaries(name, language).Where(one => TextOf(one, "/Subtype") is "/Link" or "/Widget" || TextOf(one, "/Type") == "/Annot"), annotation =>
        {
            Assert.Contains(TextOf(annotation, "/Subtype"), new[] { "/Link", "/Widget" });
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
        Assert.Equal(("/Widget", "/Sig"), (TextOf(field, "/Subtype"), TextOf(field, "/FT")));
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
            Assert.Contains(TextOf(one.GetProperty("/A"), "/S"), new[] { "/URI", "/GoTo" }));
    }

    [Theory, MemberData(nameof(All))]
    public void Every_link_leads_to_a_place_on_a_page_and_there_are_some(string name, ReportLanguage language)
    {
        var links = Dictionaries(name, language).Where(one => TextOf(one, "/Subtype") == "/Link").Select(link => TextOf(link, "/Dest")).ToList();
        Assert.NotEmpty(links);
        var entry = Catalog(name, language).GetProperty("/Dests");
        var places = entry.ValueKind == JsonValueKind.String ? Resolve(name, language, entry) : entry;
        Assert.All(links, link => Assert.True(places.TryGetProperty(link!, out _), link));
        Assert.All(places.EnumerateObject(), place => Assert.Equal("/Page", TextOf(Resolve(name, language, place.Value[0]), "/Type")));
    }
}
