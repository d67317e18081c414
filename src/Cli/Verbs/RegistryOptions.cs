using System.CommandLine;
using Loragate.Artifacts;
using Loragate.Governance.Publication.Oci;

namespace Loragate.Cli.Verbs;

/// <summary>Where a release is published to or pulled from: <c>oci://HOST/NAME:TAG</c>, or a folder in the form of an OCI image layout.</summary>
internal sealed class RegistryOptions
{
    private readonly Option<string?> _auth = new("--auth") { Description = "Credentials in the form of docker's config.json; docker's own file unless told otherwise. No helper program is run.", HelpName = "FILE" };
    private readonly Option<bool> _plainHttp = new("--plain-http") { Description = "Talk to the registry without TLS: for one on this machine." };
    private readonly Option<string?> _tag = new("--tag") { Description = "The tag in an image layout; 'latest' unless told otherwise.", HelpName = "TAG" };

    public IEnumerable<Option> All => [_auth, _plainHttp, _tag];

    /// <summary>Opens a store, and says what to ask it for.</summary>
    public (ImageStore Store, string Target, IDisposable? Connection) Open(ParseResult parsed, string place, Tool tool, bool create)
    {
        if (!place.StartsWith(ImageReference.Scheme, StringComparison.Ordinal))
        {
            var tag = parsed.GetValue(_tag) ?? "latest";
            if (create && !ImageReference.IsTag(tag))
                throw new UsageException($"--tag '{Printable.Of(tag)}' is no tag: write at most 128 letters, digits, dots, hyphens and underscores, the first neither dot nor hyphen.");
            return (create ? LayoutStore.OpenOrCreate(place) : LayoutStore.Open(place), tag, null);
        }
        if (parsed.GetValue(_tag) is not null)
            throw new UsageException($"--tag goes with an image layout: write the tag into the reference, {place}:TAG.");
        var reference = ImageReference.Parse(place);
        if (create && reference.Digest is not null)
            throw new UsageException($"{place}: publish under a tag; the digest is what comes back.");
        var login = LoginFile(parsed) is { } file ? RegistryLogin.Read(file) : RegistryLogin.Anonymous;
        var registry = new RegistryStore(reference, login, tool.Clock, parsed.GetValue(_plainHttp));
        return (registry, reference.Target, registry);
    }

    private string? LoginFile(ParseResult parsed)
    {
        if (parsed.GetValue(_auth) is { } named)
            return named;
        var folder = Environment.GetEnvironmentVariable("DOCKER_CONFIG") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");
        var file = Path.Combine(folder, "config.json");
        return File.Exists(file) ? file : null;
    }
}
