using System.Text.Json;
using Loragate.Testing;
using Xunit.Sdk;

namespace Loragate.Governance.Signing;

/// <summary>One case of vectors/oms/bundles/cases.json.</summary>
public sealed class OmsCase : IXunitSerializable
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public string Id { get; set; } = "";
    public string Method { get; set; } = "";
    public string Bundle { get; set; } = "";
    public string? Folder { get; set; }
    public string? Key { get; set; }
    public string? BundleInFolder { get; set; }
    public string Expected { get; set; } = "";
    public string Reason { get; set; } = "";
    public string RefVerdict { get; set; } = "";
    public IReadOnlyList<string> RefArgs { get; set; } = [];
    public IReadOnlyList<string> Roots { get; set; } = [];
    public DateTimeOffset? At { get; set; }
    public IReadOnlyList<SetupStep> Setup { get; set; } = [];

    public static IReadOnlyList<OmsCase> All => SharedFolder.IsPresent ? Read() : [];

    public override string ToString() => $"{Id}: {Reason}";

    public void Deserialize(IXunitSerializationInfo info)
    {
        var source = JsonSerializer.Deserialize<OmsCase>(info.GetValue<string>("json")!, Options)!;
        (Id, Method, Bundle, Folder, Key) = (source.Id, source.Method, source.Bundle, source.Folder, source.Key);
        (Roots, At) = (source.Roots, source.At);
        (RefVerdict, RefArgs) = (source.RefVerdict, source.RefArgs);
        (BundleInFolder, Expected, Reason, Setup) = (source.BundleInFolder, source.Expected, source.Reason, source.Setup);
    }

    public void Serialize(IXunitSerializationInfo info) => info.AddValue("json", JsonSerializer.Serialize(this, Options));

    public static string ReadText(string name) => File.ReadAllText(SharedFolder.PathTo("vectors", "oms", "bundles", name));

    public byte[] ReadBundle() => File.ReadAllBytes(SharedFolder.PathTo("vectors", "oms", "bundles", Bundle));

    /// <summary>Copies the folder and does to it what the case says.</summary>
    public string Prepare(TempFolder temp)
    {
        var folder = Folder is null ? temp.PathTo("empty") : temp.Copy(SharedFolder.PathTo("vectors", "oms", "bundles", Folder), Path.GetFileName(Folder));
        Directory.CreateDirectory(folder);
        foreach (var step in Setup)
            step.Apply(folder);
        return folder;
    }

    private static IReadOnlyList<OmsCase> Read()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathTo("vectors", "oms", "bundles", "cases.json")));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(item => item.Deserialize<OmsCase>(Options)!)];
    }
}
