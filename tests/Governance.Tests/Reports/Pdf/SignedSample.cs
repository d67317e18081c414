using System.Text.Json;
using Loragate.Governance.Keys;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Signing;
using Loragate.Testing;
using UglyToad.PdfPig;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>Signed reports with files inside, made once, as bytes and as foreign readers see them.</summary>
internal static class SignedSample
{
    private static readonly Dictionary<(string, ReportLanguage), byte[]> Made = [];
    private static readonly Dictionary<byte[], Dictionary<string, JsonElement>> Seen = [];

    public static TheoryData<string, ReportLanguage> All => ReportSamples.All;

    public static byte[] Bytes(string name, ReportLanguage language)
    {
        lock (Made)
        {
            if (!Made.TryGetValue((name, language), out var bytes))
                Made.Add((name, language), bytes = Make(name, language));
            return bytes;
        }
    }

    public static FontSet Fonts(ReportLanguage language)
    {
        try
        {
            return FontSet.For(language);
        }
        catch (ReportFontException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }

    /// <summary>Every object as qpdf reads the file: a dictionary, or a stream's dictionary.</summary>
    public static IEnumerable<JsonElement> Objects(byte[] report) => Read(report).Values;

    /// <summary>One object by its number.</summary>
    public static JsonElement Object(byte[] report, int number) => Read(report)[string.Create(System.Globalization.CultureInfo.InvariantCulture, $"obj:{number} 0 R")];

    public static PdfDocument Open(byte[] report) => PdfDocument.Open(report);

    public static SigningKey NewKey(KeyType type = KeyType.P256)
    {
        using var folder = new TempFolder();
        _ = KeyFile.New(folder.PathTo("key.pem"), type);
        return SigningKey.Read(folder.PathTo("key.pem"));
    }

    private static byte[] Make(string name, ReportLanguage language)
    {
        using var key = NewKey();
        return AuditReport.Render(ReportSamples.WithFiles(ReportSamples.Named[name]), language, Fonts(language), new Signer(key));
    }

    private static Dictionary<string, JsonElement> Read(byte[] report)
    {
        Assert.SkipUnless(Shell.Has("qpdf"), "qpdf is not installed.");
        lock (Seen)
        {
            if (Seen.TryGetValue(report, out var objects))
                return objects;
            using var folder = new TempFolder();
            var output = Shell.Run("qpdf", folder.Path, "--json=2", "--json-key=qpdf", "--json-stream-data=none", folder.Write("report.pdf", report)).Output;
            objects = JsonDocument.Parse(output).RootElement.GetProperty("qpdf")[1].EnumerateObject().ToDictionary(entry => entry.Name, Value);
            Seen.Add(report, objects);
            return objects;
        }
    }

    private static JsonElement Value(JsonProperty entry) => entry.Value.TryGetProperty("stream", out var stream) ? stream.GetProperty("dict") : entry.Value.GetProperty("value");
}
