using System.Text.Json.Nodes;
using Loragate.Artifacts.Records;

namespace Loragate.Governance.Publication.Oci;

/// <summary>A list of manifests (OCI image specification 1.1, image-index.md): a layout's entry point, and the list of what refers to a manifest.</summary>
/// <param name="Manifests">The manifests.</param>
public sealed record ImageIndex(IReadOnlyList<Descriptor> Manifests)
{
    /// <summary>Reads an index.</summary>
    /// <exception cref="OciException">It is malformed, or another kind of document.</exception>
    public static ImageIndex Parse(ReadOnlyMemory<byte> utf8, string place)
    {
        var json = OciJson.Parse(utf8, place);
        if (json.OptionalText("mediaType") is { } type && type != MediaTypes.Index)
            throw json.Refuse($"a document of the type '{type}' where '{MediaTypes.Index}' was expected");
        return new ImageIndex([.. json.Objects("manifests").Select(Descriptor.Read)]);
    }

    /// <summary>The index with one more manifest; one of the same digest and tag stands there once.</summary>
    public ImageIndex With(Descriptor manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return new ImageIndex([.. Manifests.Where(other => other.Digest != manifest.Digest || other.Annotation(MediaTypes.Tag) != manifest.Annotation(MediaTypes.Tag)), manifest]);
    }

    /// <summary>The canonical bytes.</summary>
    public byte[] ToBytes() => RecordJson.Canonical(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = MediaTypes.Index,
        ["manifests"] = new JsonArray([.. Manifests.Select(manifest => manifest.ToJson())]),
    });
}
