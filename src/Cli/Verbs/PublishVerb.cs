using System.CommandLine;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Cli.Output;
using Loragate.Cli.Verifying;
using Loragate.Governance.Auditing;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Publication.Oci;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

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
        var ledger = new Option<string?>("--ledger") { Description = "The ledger, with --vkey and --trust: the release must be logged there, hold by what the ledger says, and not be revoked.", HelpName = "DIR" };
        var (registry, json) = (new RegistryOptions(), CommonOptions.Json());
        return Verb.Create(tool, "publish", "Publishes an approved release. It is verified first; the tag is set last. Prints the image's digest, with --json a record.",
            "loragate publish dossier/release --to oci://registry.example.com/adapters/routing:1.0 --key gate.pem.pub --vkey ledger.vkey", [release, to, .. check.All, ledger, publisher, secret.Option, .. registry.All, json], async (parsed, cancellationToken) =>
            {
                var verifier = check.Read(parsed, tool.Clock);
                if (parsed.GetValue(ledger) is not null && verifier is not { Log: not null, Policy: not null })
                    throw new UsageException("--ledger goes with --vkey and --trust: the trust policy says who may revoke.");
                using var key = parsed.GetValue(publisher) is { } source ? SigningKey.Read(source, secret.SourceOf(parsed, tool)) : null;
                var folder = ReleaseArgument.FolderOf(parsed.GetValue(release)!);
                using var staged = StagedRelease.Copy(folder, cancellationToken);
                var judgement = Verify(staged.Folder, folder, verifier, cancellationToken);
                if (parsed.GetValue(ledger) is { } logged && Refusal(tool, staged.Folder, folder, LedgerFolder.Open(logged), verifier.Log!, verifier.Policy!, cancellationToken) is { } refused)
                    return refused;
                var image = ReleaseImage.Of(staged.Folder, judgement, cancellationToken);
                var (store, target, connection) = registry.Open(parsed, parsed.GetValue(to)!, tool, create: true);
                using (connection)
                {
                    var published = await image.PublishAsync(store, target, new Relay<string>(tool.Screen.Say), cancellationToken);
                    if (key is not null)
                        await StateAsync(store, published, parsed.GetValue(to)!, judgement.Adapter, staged, key, cancellationToken);
                    tool.Screen.Say($"Published {judgement.Adapter} as {parsed.GetValue(to)}, {published.Name}.");
                    if (parsed.GetValue(json))
                        tool.Screen.Emit(new Published(judgement.Adapter, judgement.AdapterDigest, published.Digest, key?.Public.Hint).ToCanonicalJson());
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

    /// <summary>The exit code where the ledger speaks against the release, after why was told; null where nothing does. That a later one stands is told and stops nobody.</summary>
    private static int? Refusal(Tool tool, string folder, string shown, LedgerFolder ledger, LedgerVerifier log, TrustPolicy trust, CancellationToken cancellationToken)
    {
        var status = ReleaseRegister.Read(ledger, log, trust, [folder], cancellationToken).StatusOf(folder, log, cancellationToken);
        var why = string.Join("; ", status.Reasons.Select(reason => reason.TrimEnd('.')));
        switch (status.State)
        {
            case ReleaseState.Current:
                return null;
            case ReleaseState.Superseded:
                tool.Screen.Say($"Note: {shown} is superseded: {why}.");
                return null;
            case ReleaseState.Revoked:
                tool.Screen.Say($"Not published: {shown} was revoked: {why}.");
                return ExitCode.Rejected;
            default:
                throw new IntegrityException(shown, $"not published, because of what the ledger says: {why}");
        }
    }

    private static Judgement Verify(string folder, string shown, ReleaseCheck verifier, CancellationToken cancellationToken)
    {
        var findings = verifier.Verify(folder, cancellationToken);
        return findings is [var first, ..]
            ? throw new IntegrityException(shown, $"not published, because the release does not hold: {first}{(findings.Count == 1 ? "" : $" ({findings.Count - 1} more)")}")
            : verifier.Judgement(folder);
    }
}
