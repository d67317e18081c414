using Loragate.Artifacts.Safetensors;

namespace Loragate.Cli.Gate;

/// <summary>
/// The <c>__metadata__</c> strings of merged weights. The receipt proves tensors, and only the dossier's seal covers these strings: so
/// before merged weights are reused, and sealed again, they must be the base's own.
/// </summary>
internal static class MergedHeaders
{
    private const string Weights = "*.safetensors";

    /// <summary>The first weight file whose strings are not the base's; null where all are.</summary>
    /// <exception cref="SafetensorsException">A weight file is malformed.</exception>
    public static string? Fault(string baseModel, string merged) =>
        Directory.EnumerateFiles(merged, Weights).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .Where(name => !Metadata(Path.Combine(merged, name!)).SequenceEqual(Metadata(Path.Combine(baseModel, name!))))
            .Select(name => $"{name} has other __metadata__ strings than the base's")
            .FirstOrDefault();

    private static IEnumerable<KeyValuePair<string, string>> Metadata(string path)
    {
        if (!File.Exists(path))
            return [];
        using var file = SafetensorsFile.Open(path);
        return [.. file.Header.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)];
    }
}
