using System.CommandLine;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate sign</c>: an OpenSSF Model Signing bundle over a folder.</summary>
internal static class SignVerb
{
    public static Command Create(Tool tool)
    {
        var folder = new Argument<string>("FOLDER") { Description = "The folder to sign." };
        var signing = new SignerOptions(isRequired: true, "The private key");
        var json = CommonOptions.Json();
        var output = new Option<string?>("--output") { Description = "The bundle to write; model.sig beside the folder unless told otherwise.", HelpName = "FILE" };
        var training = new Option<bool>("--training") { Description = "Sign, as the trainer, where the folder comes from: what its training receipt says, into NAME.training.sigstore.json beside it, as 'train --key' does." };
        return Verb.Create(tool, "sign", "Signs a folder by OpenSSF Model Signing v1.0, or with --training where it comes from.",
            "loragate sign adapters/routing-good --key gate.pem", [folder, .. signing.All, output, training, json], (parsed, cancellationToken) =>
            {
                var path = Path.GetFullPath(parsed.GetValue(folder)!);
                if (parsed.GetValue(training))
                    return SignTraining(tool, path, parsed.GetValue(output) ?? TrainingSignature.Beside(path), signing, parsed, parsed.GetValue(json), cancellationToken);
                var target = parsed.GetValue(output) ?? ModelSignature.Beside(path);
                RequireSameFolder(target, path);
                using var opened = signing.Open(parsed, tool);
                var signer = opened.Signer;
                RequireSameSigner(target, signer);
                var manifest = OmsSigner.Manifest(path, cancellationToken);
                var bundle = OmsSigner.Sign(manifest, signer);
                AtomicFile.Write(target, bundle);
                if (parsed.GetValue(json))
                    tool.Screen.Emit(new SignedFolder(manifest.Name, manifest.Resources.Count, signer.Own.Description, Digest.Of(bundle)).ToCanonicalJson());
                tool.Screen.Say($"Signed {path} as {target} with {signer.Own.Description}.");
                return ExitCode.Done;
            });
    }

    private static int SignTraining(Tool tool, string folder, string target, SignerOptions signing, ParseResult parsed, bool isForMachines, CancellationToken cancellationToken)
    {
        using var opened = signing.Open(parsed, tool);
        var signer = opened.Signer;
        var (receipt, bundle) = TrainingSignature.Sign(folder, target, signer, cancellationToken);
        if (isForMachines)
            tool.Screen.Emit(new SignedFolder(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), receipt.Files.Count + 1, signer.Own.Description, Digest.Of(bundle)).ToCanonicalJson());
        tool.Screen.Say($"Signed the training of {folder} as {target} with {signer.Own.Description}.");
        return ExitCode.Done;
    }

    /// <summary>Folders side by side have one place for a signature: the second would silently take away the first one's.</summary>
    private static void RequireSameFolder(string target, string folder)
    {
        if (File.Exists(target) && SignedName(target) is { } other && Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) is var name && other != name)
            throw new UsageException($"{target} is the signature over another folder, '{Printable.Of(other)}', not over '{name}'. Give --output FILE, or move that one away.");
    }

    /// <summary>Another signer's word is not taken away without being asked.</summary>
    private static void RequireSameSigner(string target, Signer signer)
    {
        if (File.Exists(target) && SignedName(target) is not null && !signer.HasSigned(SigstoreBundle.Parse(PlainFile.Read(target, SigstoreBundle.MaxBytes), target)))
            throw new UsageException($"{target} is another signer's signature over this folder. Give --output FILE, or move that one away.");
    }

    /// <summary>The name of the folder that a file is the signature over; null where it is none, of whatever kind.</summary>
    private static string? SignedName(string path)
    {
        try
        {
            return Statement.Parse(SigstoreBundle.Parse(PlainFile.Read(path, SigstoreBundle.MaxBytes), path).Envelope.Payload, path) is { PredicateType: ModelManifest.PredicateType, Subjects: [var subject] } ? subject.Name : null;
        }
        catch (MalformedInputException)
        {
            return null;
        }
    }
}
