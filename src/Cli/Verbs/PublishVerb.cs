using System.CommandLine;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Cli.Output;
using Loragate.Cli.Verifying;
using Loragate.Governance.Approvals;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Governance.Publication.Oci;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate publish</c>: a release, and nothing but one that verifies, to a registry or an image layout.</summary>
internal static class PublishVerb
{
    public static Command Create(Tool tool)
    {
        var release = ReleaseArgument.Create("What is published");
        var to = new Option<string>("--to") { Description = "Where to: oci://HOST/NAME:TAG, or a folder, which becomes an OCI image layout.", HelpName = "TARGET", Required = true };
        var check = new ReleaseCheckOptions("published");
        var publisher = new Option<string?>("--publisher-key") { Description = "Your private key, a file (PEM) or the URI of a key on a token: states beside the image that you published it.", HelpName = "FILE|URI" };
        var secret = SecretOption.ForPublisherKey();
        var ledger = new LedgerCheck("published");
        var (registry, json) = (new RegistryOptions(), CommonOptions.Json());
        return Verb.Create(tool, "publish", "Publishes an approved release. It is verified first; the tag is set last. Prints the image's digest, with --json a record.",
            "loragate publish dossier/release --to oci://registry.example.com/adapters/routing:1.0 --key gate.pem.pub --vkey ledger.vkey", [release, to, .. check.All, .. ledger.All, publisher, secret.Option, .. registry.All, json], async (parsed, cancellationToken) =>
            {
                var verifier = check.Read(parsed, tool.Clock);
                ledger.Require(parsed, verifier);
                using var key = parsed.GetValue(publisher) is { } source ? SigningKey.Read(source, secret.SourceOf(parsed, tool)) : null;
                var folder = ReleaseArgument.FolderOf(parsed.GetValue(release)!);
                using var staged = StagedRelease.Copy(folder, cancellationToken);
                var (judgement, lifted) = Verify(staged.Folder, folder, verifier, cancellationToken);
                if (ledger.Refusal(tool, parsed, verifier, staged.Folder, folder, cancellationToken) is { } refused)
                    return refused;
                if (lifted?.FirstOrDefault(rule => rule.IsOver) is { } over)
                {
                    tool.Screen.Say($"Not published: {folder} holds by an exception that has ended: {over.Rule}, until {over.Until:yyyy-MM-dd}. Let the gate decide again.");
                    return ExitCode.Rejected;
                }
                var image = ReleaseImage.Of(staged.Folder, judgement, cancellationToken);
                var (store, target, connection) = registry.Open(parsed, parsed.GetValue(to)!, tool, create: true);
                using (connection)
                {
                    var published = await image.StoreAsync(store, new Relay<string>(tool.Screen.Say), cancellationToken);
                    if (key is not null)
                        await StateAsync(store, published, parsed.GetValue(to)!, judgement.Adapter, staged, key, cancellationToken);
                    await image.TagAsync(store, target, cancellationToken);
                    tool.Screen.Say($"Published {judgement.Adapter} as {parsed.GetValue(to)}, {published.Name}.");
                    LiftedRules.Tell(tool, lifted);
                    if (parsed.GetValue(json))
                        tool.Screen.Emit(new Published(judgement.Adapter, judgement.AdapterDigest, published.Digest, key?.Public.Hint, lifted).ToCanonicalJson());
                    else
                        tool.Screen.Emit(published.Name);
                }
                return ExitCode.Done;
            });
    }

    private static async Task StateAsync(ImageStore store, Descriptor image, string to, string adapter, StagedRelease staged, SigningKey key, CancellationToken cancellationToken)
    {
        using var scratch = new ScratchFolder();
        var place = to.StartsWith(ImageReference.Scheme, StringComparison.Ordinal) ? ImageReference.Parse(to) : null;
        await new PublicationBundle(store, image, FolderManifest.Read(staged.Folder, cancellationToken).Files).PutAsync(place, adapter, new Signer(key), scratch.Path, cancellationToken);
    }

    private static (Judgement Judgement, IReadOnlyList<LiftedRule>? Lifted) Verify(string folder, string shown, ReleaseCheck check, CancellationToken cancellationToken)
    {
        var verified = check.Verify(folder, cancellationToken);
        return verified.Judgement is { } judgement
            ? (judgement, verified.Lifted)
            : throw new IntegrityException(shown, $"not published, because the release does not hold: {verified.Findings[0]}{(verified.Findings.Count == 1 ? "" : $" ({verified.Findings.Count - 1} more)")}");
    }
}
