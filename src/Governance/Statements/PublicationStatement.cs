using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Publication.Oci;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Statements;

/// <summary>Who published a release where, as in-toto's release predicate (docs/formats/attestations.v1.md). It refers to the image and is no part of the release.</summary>
public static class PublicationStatement
{
    /// <summary>The predicate type.</summary>
    public const string PredicateType = "https://in-toto.io/attestation/release/v0.1";

    private const string Image = "#image";

    /// <summary>The statement to sign.</summary>
    /// <param name="image">The manifest's digest.</param>
    /// <param name="place">Where; null for an image layout, which may be carried anywhere.</param>
    /// <param name="adapter">The adapter's name.</param>
    /// <param name="files">Every file of the release.</param>
    public static Statement Of(Digest image, ImageReference? place, string adapter, IEnumerable<FileEntry> files) =>
        new([new Subject(Image, image), .. Attestation.SubjectsOf(files)], PredicateType, JsonSerializer.SerializeToElement(new JsonObject { ["purl"] = PackageUrl(image, place, adapter) }));

    /// <summary>Why a statement is not about an image and its files; null where it is.</summary>
    /// <param name="statement">A statement of this type whose signature held.</param>
    /// <param name="image">The manifest's digest.</param>
    /// <param name="files">Every file of the release.</param>
    public static string? Fault(Statement statement, Digest image, IEnumerable<FileEntry> files)
    {
        ArgumentNullException.ThrowIfNull(statement);
        return statement.Subjects.ToHashSet().SetEquals([new Subject(Image, image), .. Attestation.SubjectsOf(files)]) ? null : "the publisher's statement is about another image or other files";
    }

    /// <summary>The image's package URL (purl specification, type oci).</summary>
    private static string PackageUrl(Digest image, ImageReference? place, string adapter)
    {
        var name = Uri.EscapeDataString((place?.Repository.Split('/')[^1] ?? adapter).ToLowerInvariant());
        var where = place is null ? "" : $"?repository_url={place.Host}/{place.Repository}{(place.Tag is null ? "" : $"&tag={place.Tag}")}";
        return $"pkg:oci/{name}@sha256%3A{image}{where}";
    }
}
