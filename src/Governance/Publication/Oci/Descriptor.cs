using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;

namespace Loragate.Governance.Publication.Oci;

/// <summary>Content by digest (OCI image specification 1.1, descriptor.md). Only SHA-256 is taken.</summary>
/// <param name="MediaType">What it is.</param>
/// <param name="Digest">SHA-256 of its bytes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ArtifactType">What a manifest is about; null where it says nothing.</param>
/// <param name="Annotations">Annotations; null for none.</param>
public sealed record Descriptor(string MediaType, Digest Digest, long Size, string? ArtifactType = null, IReadOnlyDictionary<string, string>? Annotations = null)
{
    private const string Algorithm = "sha256:";

    /// <summary>The digest as OCI writes it, "sha256:…".</summary>
    public string Name => Algorithm + Digest.Hex;

    /// <summary>An annotation, or null.</summary>
    public string? Annotation(string key) => Annotations is not null && Annotations.TryGetValue(key, out var value) ? value : null;

    /// <summary>Content that is at hand.</summary>
    public static Descriptor Of(string mediaType, ReadOnlySpan<byte> content) => new(mediaType, Digest.Of(content), content.Length);

    /// <summary>Reads "sha256:…".</summary>
    /// <exception cref="OciException">Another algorithm, or no digest.</exception>
    public static Digest ParseDigest(string text, string place)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Algorithm, StringComparison.Ordinal) && Digest.TryParse(text[Algorithm.Length..], out var digest)
            ? digest
            : throw new OciException(place, $"'{text}' is no SHA-256 digest", "Only content that is named by SHA-256 is taken.");
    }

    internal static Descriptor Read(OciJson json)
    {
        var size = json.Whole("size");
        return size >= 0
            ? new Descriptor(json.Text("mediaType"), ParseDigest(json.Text("digest"), json.Place), size, json.OptionalText("artifactType"), json.OptionalTexts("annotations"))
            : throw json.Refuse($"a size of {size} bytes");
    }

    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["mediaType"] = MediaType, ["digest"] = Name, ["size"] = Size };
        if (ArtifactType is not null)
            json["artifactType"] = ArtifactType;
        if (Annotations is { Count: > 0 })
            json["annotations"] = JsonSerializer.SerializeToNode(Annotations);
        return json;
    }
}
