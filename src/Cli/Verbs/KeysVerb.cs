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
        var selfSigned = new Option<string?>("--self-signed") { Description = "Make a certificate as well, FILE.crt, in which the key vouches for itself under this name for ten years.", HelpName = "NAME" };
        return Verb.Create(tool, "new", "Makes a key in a file that only its owner can read.",
            "loragate keys new --type p256 --output gate.pem", [type, output, selfSigned], (parsed, _) =>
            {
                var path = parsed.GetValue(output)!;
                var (publicPath, certificatePath, name) = (path + ".pub", path + ".crt", parsed.GetValue(selfSigned));
                var kind = Enum.Parse<KeyType>(parsed.GetValue(type)!, ignoreCase: true);
                if (name is not null && (kind == KeyType.Ed25519 || string.IsNullOrWhiteSpace(name) || name.Length > 64 || name.Any(char.IsControl)))
                    throw new UsageException("--self-signed takes a name of 1 to 64 characters, and goes with p256, p384 and p521: ledgers know no certificates.");
                if (new[] { publicPath, name is null ? null : certificatePath }.FirstOrDefault(Path.Exists) is { } taken)
                    throw new KeyException(taken, "something already stands there", "Keys are never overwritten: name a new file.");
                AtomicFile.Write(publicPath, System.Text.Encoding.ASCII.GetBytes(KeyFile.New(path, kind)));
                tool.Screen.Say($"Private key {path} (keep it secret), public key {publicPath} (give it to whoever verifies).");
                if (name is not null)
                    WriteCertificate(tool, path, certificatePath, name);
                return ExitCode.Done;
            });
    }

    private static void WriteCertificate(Tool tool, string keyPath, string path, string name)
    {
        using var key = SigningKey.Read(keyPath);
        var now = tool.Clock.GetUtcNow();
        AtomicFile.Write(path, System.Text.Encoding.ASCII.GetBytes(key.SelfSign(name, now, now.AddYears(10))));
        tool.Screen.Say($"Certificate {path}: sign with --certificate, verify with --roots.");
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
        try
        {
            return PublicKeyFile.Read(path).Pem;
        }
        catch (KeyException) when (File.Exists(path) && File.ReadAllText(path).Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            using var ledgerKey = LedgerKey.Read(path);
            return ledgerKey.PublicPem;
        }
    }
}
