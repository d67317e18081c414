namespace Loragate.Governance.Reports.Fonts;

/// <summary>Finds an installed Japanese font that a report can embed.</summary>
public static class JapaneseFonts
{
    /// <summary>The families looked for, best first.</summary>
    public static IReadOnlyList<JapaneseFont> Preferred { get; } =
    [
        new("IPAexGothic", "ipaexg.ttf"),
        new("Noto Sans JP", "NotoSansJP-Regular.ttf"),
        new("Noto Sans CJK JP", "NotoSansCJK-Regular.ttc"),
        new("IPAGothic", "ipag.ttf"),
        new("TakaoGothic", "TakaoGothic.ttf"),
        new("VL Gothic", "VL-Gothic-Regular.ttf"),
        new("BIZ UDGothic", "BIZ-UDGothicR.ttc"),
        new("Meiryo", "meiryo.ttc"),
        new("MS Gothic", "msgothic.ttc"),
    ];

    /// <summary>The folders searched where fontconfig does not answer.</summary>
    public static IReadOnlyList<string> Folders { get; } =
        ["/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts", @"C:\Windows\Fonts"];

    /// <summary>The best font of <see cref="Preferred"/> that is installed.</summary>
    /// <exception cref="ReportFontException">None is installed; the message names what to install.</exception>
    public static FontFile Find() => Find(Preferred, Folders);

    /// <summary>The first of <paramref name="fonts"/> that fontconfig or <paramref name="folders"/> has and that can be embedded.</summary>
    /// <exception cref="ReportFontException">There is none; the message says which were tried.</exception>
    public static FontFile Find(IReadOnlyList<JapaneseFont> fonts, IReadOnlyList<string> folders)
    {
        ArgumentNullException.ThrowIfNull(fonts);
        ArgumentNullException.ThrowIfNull(folders);
        return FirstOf(fonts, folders) ?? throw new ReportFontException(
            "Japanese font",
            $"none of {string.Join(", ", fonts.Select(font => font.Family))} is installed in a form that a report can embed (TrueType outlines, not variable)",
            "Install one (Debian: apt-get install fonts-ipaexfont-gothic), or write the report in English.");
    }

    /// <summary>The best font of <see cref="Preferred"/> that is installed; null where none is.</summary>
    internal static FontFile? FindIfInstalled() => FirstOf(Preferred, Folders);

    private static FontFile? FirstOf(IReadOnlyList<JapaneseFont> fonts, IReadOnlyList<string> folders) =>
        fonts.Select(font => FindOne(font, folders)).FirstOrDefault(found => found is not null);

    private static FontFile? FindOne(JapaneseFont font, IReadOnlyList<string> folders)
    {
        var (path, index) = FontConfig.Find(font.Family) is { } match ? match : (FindFile(font.FileName, folders), 0);
        if (path is null)
            return null;
        try
        {
            return FontFile.Read(path, index);
        }
        catch (ReportFontException)
        {
            // A CFF or variable build of the family is as good as none: the next family is tried.
            return null;
        }
    }

    private static string? FindFile(string fileName, IReadOnlyList<string> folders)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 6, MatchCasing = MatchCasing.CaseInsensitive };
        return folders
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, fileName, options).Order(StringComparer.Ordinal))
            .FirstOrDefault();
    }
}
