using System.Text.Json;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Json;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>A JSON file beside the weights, read as far as a linter needs it.</summary>
internal static class SideJson
{
    private const int MaxBytes = 4 << 20;

    /// <summary>Reads an object; null where the file is absent, or <paramref name="fault"/> says why it cannot be read.</summary>
    public static JsonElement? TryRead(string path, out string? fault)
    {
        fault = null;
        if (!File.Exists(path))
            return null;
        try
        {
            using var document = StrictJson.ParseFile(path, MaxBytes, skipsMark: Path.GetFileName(path) == AdapterConfig.FileName);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document.RootElement.Clone();
            fault = "not a JSON object";
        }
        catch (JsonFormatException e)
        {
            fault = e.Fault;
        }
        return null;
    }
}
