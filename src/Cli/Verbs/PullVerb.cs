using System.CommandLine;
using Loragate.Artifacts.Folders;
using Loragate.Cli.Output;
using Loragate.Cli.Verifying;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Governance.Publication.Oci;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate pull</c>: a release from a registry or an image layout, verified before it gets its name.</summary>
internal static class PullVerb
{
    public static Command Create(Tool tool)
    {
        var from = new Argument<string>("SOURCE") { Description = "Where from: oci://HOST/NAME:TAG, oci://HOST/NAME@sha256:DIGEST, or an OCI image layout." };
        var output = CommonOptions.Output("The folder to make.");
        var check = new ReleaseCheckOptions("kept");
        var ledger = new LedgerCheck("kept");
        var publisher = new Option<string?>("--publisher") { Description = "The publisher's public key (PEM): somebody who holds its private half must state to have published this image.", HelpName = "PUBLIC.pem" };
        var (registry, json) = (new RegistryOptions(), CommonOptions.Json());
        return Verb.Create(tool, "pull", "Fetches a release and verifies it; what does not verify never appears under its name. Exit code 3 names what does not hold.",
            "loragate pull oci://registry.example.com/adapters/routing:1.0 --output routing --key gate.pem.pub --vkey ledger.vkey", [from, output, .. check.All, .. ledger.All, publisher, .. registry.All, json], async (parsed, cancellationToken) =>
            {
                var verifier = check.Read(parsed, tool.Clock);
                ledger.Require(parsed, verifier);
                var publishers = parsed.GetValue(publisher) is { } key ? new KeyTrust(PublicKeyFile.Read(key)) : null;
                var (store, target, connection) = registry.Open(parsed, parsed.GetValue(from)!, tool, create: false);
                using (connection)
                using (var folder = OutputFolder.Create(parsed.GetValue(output)!))
                {
                    var image = await ReleaseImage.FetchAsync(store, target, folder.Path, new Relay<string>(tool.Screen.Say), cancellationToken);
                    var verified = verifier.Verify(folder.Path, cancellationToken);
                    List<VerificationFinding> findings = [.. verified.Findings];
                    if (publishers is not null)
                        findings.AddRange(await PublishedAsync(store, image, folder.Path, publishers, cancellationToken));
                    var judgement = findings.Count == 0 ? verified.Judgement : null;
                    if (judgement is not null && ledger.Refusal(tool, parsed, verifier, folder.Path, parsed.GetValue(from)!, cancellationToken) is { } refused)
                        return refused;
                    if (judgement is not null)
                        folder.Commit();
                    if (parsed.GetValue(json))
                        tool.Screen.Emit(new Pulled(image.Digest, judgement is not null, verified.Signer, verified.Ledger, judgement, findings, judgement is null ? null : verified.Lifted).ToCanonicalJson());
                    foreach (var finding in findings)
                        tool.Screen.Say($"Does not hold: {finding}");
                    if (judgement is null)
                        return ExitCode.Integrity;
                    foreach (var sentence in verified.NotProved)
                        tool.Screen.Say($"Not proved: {sentence}.");
                    tool.Screen.Say($"Pulled {judgement.Adapter}, {image.Name}, into {parsed.GetValue(output)}: {judgement.Verdict} by policy {judgement.Policy.Name} {judgement.Policy.Version}.");
                    LiftedRules.Tell(tool, verified.Lifted);
                    return ExitCode.Done;
                }
            });
    }

    private static async Task<IReadOnlyList<VerificationFinding>> PublishedAsync(ImageStore store, Descriptor image, string release, SignerTrust publishers, CancellationToken cancellationToken)
    {
        using var scratch = new ScratchFolder();
        return await new PublicationBundle(store, image, FolderManifest.Read(release, cancellationToken).Files).VerifyAsync(publishers, scratch.Path, cancellationToken);
    }
}
