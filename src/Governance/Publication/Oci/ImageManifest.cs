using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Records;

namespace Loragate.Governance.Publication.Oci;

/// <summary>An image manifest (OCI image specification 1.1, manifest.md). The same manifest always has the same bytes: canonical JSON (RFC 8785).</summary>
/// <param name="ArtifactType">What the image is; where a manifest does not say so, the media type of its configuration, as the distribution specification has it.</param>
/// <param name="Config">Its configuration.</param>
/// <param name="Layers">Its content, in order.</param>
/// <param name="Subject">The manifest that this one is about; null where it stands for itself.</param>
/// <param name="Annotations">Annotations; null for none.</param>
public sealed record ImageManifest(string ArtifactType, Descriptor Config, IReadOnlyList<Descriptor> Layers, Descriptor? Subject = null, IReadOnlyDictionary<string, string>? Annotations = null)
{
    /// <summary>The most bytes that a manifest may have, as registries have it (OCI distribution specification 1.1).</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="OciException">It is malformed, or another kind of document.</exception>
    public static ImageManifest Parse(ReadOnlyMemory<byte> utf8, string place)
    {
        var json = OciJson.Parse(utf8, place);
        if (json.OptionalText("mediaType") is { } type && type != MediaTypes.Manifest)
            throw json.Refuse($"a document of the type '{type}' where '{MediaTypes.Manifest}' was expected");
        var config = Descriptor.Read(json.Object("config"));
        return new ImageManifest(
            json.OptionalText("artifactType") ?? config.MediaType,
            config,
            [.. json.Objects("layers").Select(Descriptor.Read)],
            json.OptionalObject("subject") is { } subject ? Descriptor.Read(subject) : null,
            json.OptionalTexts("annotations"));
    }

    /// <summary>The canonical bytes.</summary>
    public byte[] ToBytes()
    {
        var json = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.Manifest,
            ["artifactType"] = ArtifactType,
            ["config"] = Config.ToJson(),
            ["layers"] = new JsonArray([.. Layers.Select(layer => layer.ToJson())]),
        };
        if (Subject is not null)
            json["subject"] = Subject.ToJson();
        if (Annotations is { Count: > 0 })
            json["annotations"] = JsonSerializer.SerializeToNode(Annotations);
        return RecordJson.Canonical(json);
    }
}
