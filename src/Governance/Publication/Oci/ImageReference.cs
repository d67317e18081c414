using System.Text.RegularExpressions;
using Loragate.Artifacts;

namespace Loragate.Governance.Publication.Oci;

/// <summary>Where an image is in a registry: <c>oci://HOST[:PORT]/NAME[:TAG][@sha256:DIGEST]</c> (OCI distribution specification 1.1, "Pulling manifests").</summary>
/// <param name="Host">Host and port.</param>
/// <param name="Repository">The name in the registry.</param>
/// <param name="Tag">The tag; null where only a digest is given.</param>
/// <param name="Digest">The manifest's digest; null where only a tag is given.</param>
public sealed partial record ImageReference(string Host, string Repository, string? Tag, Digest? Digest)
{
    /// <summary>How references begin.</summary>
    public const string Scheme = "oci://";

    private const string TagForm = "[A-Za-z0-9_][A-Za-z0-9._-]{0,127}";
    private const string DefaultTag = "latest";

    /// <summary>What a registry is asked for: the digest where there is one.</summary>
    public string Target => Digest is { } digest ? $"sha256:{digest}" : Tag!;

    /// <summary>Whether a text is a tag, of a registry or of an image layout.</summary>
    public static bool IsTag(string text) => WholeTag().IsMatch(text);

    /// <summary>Reads a reference.</summary>
    /// <exception cref="OciException">It is none.</exception>
    public static ImageReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Form().Match(text) is not { Success: true } match)
            throw new OciException(text, "no reference of an image", "Write oci://HOST/NAME:TAG or oci://HOST/NAME@sha256:DIGEST, the name in small letters.");
        var digest = match.Groups["digest"] is { Success: true, Value: var hex } ? Artifacts.Digest.Parse(hex) : (Digest?)null;
        var tag = match.Groups["tag"] is { Success: true, Value: var given } ? given : digest is null ? DefaultTag : null;
        return new ImageReference(match.Groups["host"].Value, match.Groups["name"].Value, tag, digest);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Scheme}{Host}/{Repository}{(Tag is null ? "" : $":{Tag}")}{(Digest is { } digest ? $"@sha256:{digest}" : "")}";

    [GeneratedRegex(@"^oci://(?<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?|\[[0-9a-fA-F:]+\](?::[0-9]{1,5})?)/(?<name>[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*)(?::(?<tag>" + TagForm + @"))?(?:@sha256:(?<digest>[0-9a-f]{64}))?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Form();

    [GeneratedRegex("^" + TagForm + @"\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex WholeTag();
}
