using Loragate.Cli;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>The demo's own reports, which its gates drew and signed: the rules for the sample reports that are drawn by hand are held against these as well.</summary>
internal static class SignedSample
{
    private static readonly Dictionary<string, byte[]> Files = [];

    public static TheoryData<string, ReportLanguage> All =>
    [
        .. from adapter in Directory.EnumerateDirectories(Path.Combine(Executable.Samples, "adapters")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
           from language in Enum.GetValues<ReportLanguage>()
           select new TheoryDataRow<string, ReportLanguage>(adapter, language),
    ];

    public static byte[] Bytes(string name, ReportLanguage language)
    {
        var path = PathTo(name, language);
        lock (Files)
            return Files.TryGetValue(path, out var bytes) ? bytes : Files[path] = File.ReadAllBytes(path);
    }

    /// <summary>Where the demo put the report of an adapter; one that it could not draw for want of a font skips the test.</summary>
    public static string PathTo(string name, ReportLanguage language)
    {
        var path = FinishedDemo.Latest.PathTo("reports", $"{name}.{(language == ReportLanguage.Japanese ? "ja" : "en")}.pdf");
        Assert.SkipWhen(language == ReportLanguage.Japanese && !File.Exists(path), "No Japanese font is installed.");
        return path;
    }
}
