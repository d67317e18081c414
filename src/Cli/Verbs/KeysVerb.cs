using System.CommandLine;
using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;
using Loragate.Governance.Keys.Tokens;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate keys</c>: makes and shows keys.</summary>
internal static class KeysVerb
{
    private const int YearsOfCertificates = 10;

    public static Command Create(Tool tool) => new("keys", "Makes and shows the keys of signatures and ledgers.") { New(tool), Show(tool) };

    private static Command New(Tool tool)
    {
        var type = new Option<string>("--type") { Description = "p256, p384 or p521 for signatures, ed25519 for ledgers.", Required = true }.AcceptOnlyFromAmong("p256", "p384", "p521", "ed25519");
        var output = new Option<string>("--output") { Description = "The file to make; the public key goes beside it as FILE.pub. With --pkcs11 only the latter is made.", HelpName = "FILE", Required = true };
        var encrypt = new Option<bool>("--encrypt") { Description = "Encrypt the file (PKCS#8, AES-256) under a passphrase." };
        var token = new Option<string?>("--pkcs11") { Description = "Make the key on a token instead, where it stays: a URI that names module, token and the new object. FILE.pub is written, with --self-signed FILE.crt as well, and no FILE.", HelpName = "URI" };
        var secret = SecretOption.ForKey();
        var selfSigned = new Option<string?>("--self-signed") { Description = $"Make a certificate as well, FILE.crt, in which the key vouches for itself under this name for {YearsOfCertificates} years.", HelpName = "NAME" };
        return Verb.Create(tool, "new", "Makes a key: in a file that only its owner can read, or on a token that never gives it out.",
            "loragate keys new --type p256 --output gate.pem --encrypt", [type, output, encrypt, token, secret.Option, selfSigned], (parsed, _) =>
            {
                var kind = Enum.Parse<KeyType>(parsed.GetValue(type)!, ignoreCase: true);
                var (path, name, uri) = (parsed.GetValue(output)!, parsed.GetValue(selfSigned), parsed.GetValue(token));
                if (name is not null && (kind == KeyType.Ed25519 || string.IsNullOrWhiteSpace(name) || name.Length > 64 || name.Any(char.IsControl)))
                    throw new UsageException("--self-signed takes a name of 1 to 64 characters, and goes with p256, p384 and p521: ledgers know no certificates.");
                if (uri is not null && (kind == KeyType.Ed25519 || parsed.GetValue(encrypt)))
                    throw new UsageException("--pkcs11 goes with p256, p384 and p521, and without --encrypt: the token keeps the key.");
                if (new[] { path + ".pub", name is null ? null : path + ".crt" }.FirstOrDefault(Path.Exists) is { } taken)
                    throw new KeyException(taken, "something already stands there", "Keys are never overwritten: name a new file.");
                using var passphrase = parsed.GetValue(encrypt) ? secret.ReadNew(parsed, tool, $"Passphrase of {path}") : null;
                // A descriptor gives its secret once, and making a certificate needs it again.
                using var pin = uri is null ? null : new KeptSecret(secret.Read(parsed, tool));
                var pem = uri is null ? KeyFile.New(path, kind, passphrase) : TokenKeys.New(TokenUri.Parse(uri), kind, pin!.Get).Pem;
                AtomicFile.Write(path + ".pub", Encoding.ASCII.GetBytes(pem));
                tool.Screen.Say($"Private key {(uri is null ? $"{path} (keep it secret)" : $"on the token, as {TokenUri.Shown(uri)}")}, public key {path}.pub (give it to whoever verifies).");
                if (name is not null)
                    WriteCertificate(tool, uri ?? path, uri is null ? passphrase is null ? null : _ => passphrase.Copy() : pin!.Get, path + ".crt", name);
                return ExitCode.Done;
            });
    }

    private static void WriteCertificate(Tool tool, string source, SecretSource? secrets, string path, string name)
    {
        using var key = SigningKey.Read(source, secrets);
        var now = tool.Clock.GetUtcNow();
        AtomicFile.Write(path, Encoding.ASCII.GetBytes(key.SelfSign(name, now, now.AddYears(YearsOfCertificates))));
        tool.Screen.Say($"Certificate {path}: sign with --certificate, verify with --roots.");
    }

    private static Command Show(Tool tool)
    {
        var source = new Argument<string>("FILE|URI") { Description = "A private or public key: a file, or the URI of one on a token." };
        var secret = SecretOption.ForKey();
        var origin = new Option<string?>("--origin") { Description = "A ledger's name: show the verifier key (vkey) of its Ed25519 key.", HelpName = "NAME" };
        return Verb.Create(tool, "show", "Shows the public half of a key, or a ledger's verifier key.",
            "loragate keys show gate.pem", [source, origin, secret.Option], (parsed, _) =>
            {
                var path = parsed.GetValue(source)!;
                using var kept = new KeptSecret(secret.Read(parsed, tool));
                if (parsed.GetValue(origin) is { } name)
                {
                    if (!LedgerVerifier.IsName(name))
                        throw new UsageException($"--origin {name}: no white space and no plus sign in a ledger's name.");
                    using var ledgerKey = LedgerKey.Read(path, kept.Get);
                    tool.Screen.Emit(ledgerKey.VerifierFor(name).ToString());
                    return ExitCode.Done;
                }
                var pem = PublicPem(path, kept.Get);
                tool.Screen.Emit(pem.TrimEnd('\n'));
                tool.Screen.Say($"SHA-256 of the public key's PEM (the hint in signatures): {Digest.Of(Encoding.ASCII.GetBytes(pem))}");
                return ExitCode.Done;
            });
    }

    private static string PublicPem(string source, SecretSource secrets)
    {
        try
        {
            return PublicKeyFile.Read(source, secrets).Pem;
        }
        catch (KeyException) when (KeyFile.IsPrivate(source))
        {
            using var ledgerKey = LedgerKey.Read(source, secrets);
            return ledgerKey.PublicPem;
        }
    }
}
