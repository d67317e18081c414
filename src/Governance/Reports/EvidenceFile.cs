using Loragate.Artifacts;

namespace Loragate.Governance.Reports;

/// <summary>A file that travels inside a report, byte for byte.</summary>
/// <param name="Path">Its file in the dossier, with '/' between folders.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Time">The time that counts for it, UTC: of a signature by people, when it was logged; of everything else, when the dossier was made.</param>
public sealed record EvidenceFile(string Path, ReadOnlyMemory<byte> Bytes, DateTimeOffset Time)
{
    private const string Json = "application/json";

    private static readonly (string Ending, string Type)[] Types =
    [
        (".sigstore.json", "application/vnd.dev.sigstore.bundle.v0.3+json"),
        (".cdx.json", "application/vnd.cyclonedx+json"),
        (".json", Json),
        (".run", Json),
        ("model.sig", "application/vnd.dev.sigstore.bundle.v0.3+json"),
        (".yaml", "application/yaml"),
        (".pem", "application/x-pem-file"),
    ];

    /// <summary>Its name inside the report, which names no folders: readers that take attachments out would make none.</summary>
    public string Name => NameOf(Path);

    /// <summary>SHA-256 of the bytes.</summary>
    public Digest Digest { get; } = Digest.Of(Bytes.Span);

    /// <summary>The media type.</summary>
    public string MediaType => Types.FirstOrDefault(type => Path.EndsWith(type.Ending, StringComparison.Ordinal)).Type ?? "text/plain";

    /// <summary>The name under which a file of a dossier lies in a report: "evaluations/base/T.json" is "evaluations.base.T.json".</summary>
    public static string NameOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Replace('/', '.');
    }
}
