namespace Loragate.Governance.Reports.Fonts;

/// <summary>The fonts of a report.</summary>
/// <param name="Regular">Latin text.</param>
/// <param name="Bold">Latin headings.</param>
/// <param name="Mono">Digests and commands.</param>
/// <param name="Japanese">Japanese text; needed by Japanese reports.</param>
public sealed record FontSet(FontFile Regular, FontFile Bold, FontFile Mono, FontFile? Japanese)
{
    /// <summary>The fonts that loragate carries: Open Sans and Noto Mono. Enough for an English report on any machine.</summary>
    public static FontSet Bundled { get; } = new(
        BundledFonts.Read("OpenSans-Regular.ttf"), BundledFonts.Read("OpenSans-Bold.ttf"), BundledFonts.Read("NotoMono-Regular.ttf"), null);

    /// <summary>A font that is looked for when a name has characters that no other has; null for none.</summary>
    internal Lazy<FontFile?>? Spare { get; init; }

    /// <summary>
    /// The fonts for a language. An English report uses bundled fonts alone, so that its bytes are the same on every machine, but where a name needs
    /// Japanese; a Japanese one adds an installed font (<see cref="JapaneseFonts.Find()"/>).
    /// </summary>
    /// <exception cref="ReportFontException">No Japanese font is installed.</exception>
    public static FontSet For(ReportLanguage language) => language switch
    {
        ReportLanguage.English => Bundled with { Spare = new Lazy<FontFile?>(JapaneseFonts.FindIfInstalled) },
        ReportLanguage.Japanese => Bundled with { Japanese = JapaneseFonts.Find() },
        _ => throw new ArgumentOutOfRangeException(nameof(language)),
    };
}
