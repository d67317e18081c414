using System.CommandLine;
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
        var output = new Option<string?>("--output") { Description = "The bundle to write; model.sig beside the folder unless told otherwise.", HelpName = "FILE" };
        return Verb.Create(tool, "sign", "Signs a folder by OpenSSF Model Signing v1.0.",
            "loragate sign adapters/routing-good --key gate.pem", [folder, .. signing.All, output], (parsed, cancellationToken) =>
            {
                var path = Path.GetFullPath(parsed.GetValue(folder)!);
                var target = parsed.GetValue(output) ?? ModelSignature.Beside(path);
                using var key = signing.Open(parsed, tool);
                var signer = signing.SignerOf(parsed, key);
                AtomicFile.Write(target, OmsSigner.Sign(path, signer, cancellationToken));
                tool.Screen.Say($"Signed {path} as {target} with {signer.Own.Description}.");
                return ExitCode.Done;
            });
    }
}
