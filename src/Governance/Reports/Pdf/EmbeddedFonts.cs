using Loragate.Governance.Reports.Fonts;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>The subsets of fonts inside a report, as Skia writes them: composite fonts with a TrueType program (ISO 32000-1 §9.7.4, §9.9).</summary>
internal static class EmbeddedFonts
{
    private const int MostBytes = 64 << 20;

    /// <summary>Whether every subset was cut from a font of this set.</summary>
    /// <exception cref="PdfException">A font of another form.</exception>
    /// <exception cref="ReportFontException">A damaged font.</exception>
    public static bool AreOf(PdfFile file, FontSet fonts)
    {
        var known = new[] { fonts.Regular, fonts.Bold, fonts.Mono, fonts.Japanese, fonts.Spare?.Value }.OfType<FontFile>().Select(font => FontFile.EditionOf(font.Bytes.Span, font.Name, font.Index)).ToHashSet(StringComparer.Ordinal);
        return Programs(file).Select(program => FontFile.EditionOf(file.Stream(program, MostBytes), "a font of the report")).All(known.Contains);
    }

    private static IEnumerable<PdfValue.Reference> Programs(PdfFile file) => file.Pages()
        .SelectMany(page => file.Dictionary(file.Dictionary(file.Dictionary(page)["Resources"])["Font"]).Entries.Values)
        .SelectMany(font => file.List(file.Dictionary(font)["DescendantFonts"]))
        .Select(font => file.Dictionary(file.Dictionary(font)["FontDescriptor"])["FontFile2"])
        .OfType<PdfValue.Reference>()
        .Distinct();
}
