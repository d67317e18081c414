using System.CommandLine;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate sign</c>: an OpenSSF Model Signing bundle over a folder.</summary>
internal static class SignVerb
{
    public static Command Create(Tool tool)
    {
        var folder = new Argument<string>("FOLDER") { Description = "The folder to sign." };
        var key = new Option<string>("--key") { Description = "The private key (PEM).", HelpName = "FILE", Required = true };
        var certificate = new Option<string?>("--certificate") { Description = "The certificate over the key (PEM): signs by the certificate method.", HelpName = "FILE" };
        var chain = new Option<string?>("--chain") { Description = "The certificate's intermediates (PEM), the issuer's first.", HelpName = "FILE" };
        var output = new Option<string?>("--output") { Description = "The bundle to write; model.sig beside the folder unless told otherwise.", HelpName = "FILE" };
        return Verb.Create(tool, "sign", "Signs a folder by OpenSSF Model Signing v1.0.",
            "loragate sign adapters/routing-good --key gate.pem", [folder, key, certificate, chain, output], (parsed, cancellationToken) =>
            {
                var path = Path.GetFullPath(parsed.GetValue(folder)!);
                var target = parsed.GetValue(output) ?? ModelSignature.Beside(path);
                using var signingKey = SigningKey.Read(parsed.GetValue(key)!);
                var signer = SignerFiles.Of(signingKey, parsed.GetValue(certificate), parsed.GetValue(chain));
                AtomicFile.Write(target, OmsSigner.Sign(path, signer, cancellationToken));
                tool.Screen.Say($"Signed {path} as {target} with {signer.Own.Description}.");
                return ExitCode.Done;
            });
    }
}
