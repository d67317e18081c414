using System.Text.Json;
using Loragate.Testing;
using UglyToad.PdfPig;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>Reports as readers see them that know nothing of this project.</summary>
internal static class ForeignReader
{
    private static readonly Dictionary<byte[], Dictionary<string, JsonElement>> Seen = [];

    /// <summary>Every object as qpdf reads the file: a dictionary, or a stream's dictionary.</summary>
    public static IEnumerable<JsonElement> Objects(byte[] report) => Read(report).Values;

    /// <summary>One object by its number.</summary>
    public static JsonElement Object(byte[] report, int number) => Read(report)[string.Create(System.Globalization.CultureInfo.InvariantCulture, $"obj:{number} 0 R")];

    /// <summary>The file as PdfPig reads it.</summary>
    public static PdfDocument Open(byte[] report) => PdfDocument.Open(report);

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
