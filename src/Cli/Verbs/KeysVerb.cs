using System.CommandLine;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate keys</c>: makes and shows keys.</summary>
internal static class KeysVerb
{
    public static Command Create(Tool tool) => new("keys", "Makes and shows the keys of signatures and ledgers.") { New(tool), Show(tool) };

    private static Command New(Tool tool)
    {
        var type = new Option<string>("--type") { Description = "p256, p384 or p521 for signatures, ed25519 for ledgers.", Required = true }.AcceptOnlyFromAmong("p256", "p384", "p521", "ed25519");
        var output = new Option<string>("--output") { Description = "The file to make; the public key goes beside it as FILE.pub.", HelpName = "FILE", Required = true };
        return Verb.Create(tool, "new", "Makes a key in a file that only its owner can read.",
            "loragate keys new --type p256 --output gate.pem", [type, output], (parsed, _) =>
            {
                var path = parsed.GetValue(output)!;
                var publicPath = path + ".pub";
                if (Path.Exists(publicPath))
                    throw new KeyException(publicPath, "something already stands there", "Keys are never overwritten: name a new file.");
                var pem = KeyFile.New(path, Enum.Parse<KeyType>(parsed.GetValue(type)!, ignoreCase: true));
                AtomicFile.Write(publicPath, System.Text.Encoding.ASCII.GetBytes(pem));
                tool.Screen.Say($"Private key {path} (keep it secret), public key {publicPath} (give it to whoever verifies).");
                return ExitCode.Done;
            });
    }

    private static Command Show(Tool tool)
    {
        var file = new Argument<string>("FILE") { Description = "A private or public key." };
        var origin = new Option<string?>("--origin") { Description = "A ledger's name: show the verifier key (vkey) of its Ed25519 key.", HelpName = "NAME" };
        return Verb.Create(tool, "show", "Shows the public half of a key, or a ledger's verifier key.",
            "loragate keys show gate.pem", [file, origin], (parsed, _) =>
            {
                var path = parsed.GetValue(file)!;
                if (parsed.GetValue(origin) is { } name)
                {
                    if (!LedgerVerifier.IsName(name))
                        throw new UsageException($"--origin {name}: no white space and no plus sign in a ledger's name.");
                    using var ledgerKey = LedgerKey.Read(path);
                    tool.Screen.Emit(ledgerKey.VerifierFor(name).ToString());
                    return ExitCode.Done;
                }
                var pem = PublicPem(path);
                tool.Screen.Emit(pem.TrimEnd('\n'));
                tool.Screen.Say($"SHA-256 of the public key's PEM (the hint in signatures): {Artifacts.Digest.Of(System.Text.Encoding.ASCII.GetBytes(pem))}");
                return ExitCode.Done;
            });
    }

    private static string PublicPem(string path)
    {
        var text = File.Exists(path) ? File.ReadAllText(path) : "";
        if (text.Contains("PUBLIC KEY", StringComparison.Ordinal))
            return VerificationKey.Read(path).Pem;
        try
        {
            using var key = SigningKey.Read(path);
            return key.Public.Pem;
        }
        catch (KeyException) when (text.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            using var ledgerKey = LedgerKey.Read(path);
            return ledgerKey.PublicPem;
        }
    }
}
