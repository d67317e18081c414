using System.Text;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;

namespace Loragate.Cli.Verbs;

/// <summary>
/// The demo's keys and ledger. Each step looks at what it would leave, not at whether it was begun, so a demo that was killed
/// anywhere in here is finished by the next.
/// </summary>
internal static class DemoKeys
{
    private const string Origin = "loragate.example/demo";
    private const string PublicSuffix = ".pub";
    private const string NewSuffix = ".new";
    private const string Checkpoint = "checkpoint";
    private const string PemEnd = "-----END";

    public static void Prepare(string key, string ledgerKey, string ledger)
    {
        var folder = Path.GetDirectoryName(key)!;
        Directory.CreateDirectory(folder);
        MakeKey(key, KeyType.P256);
        MakeKey(ledgerKey, KeyType.Ed25519);
        using (var signing = SigningKey.Read(key))
            AtomicFile.Write(key + PublicSuffix, Encoding.ASCII.GetBytes(signing.Public.Pem));
        using var opened = LedgerKey.Read(ledgerKey);
        AtomicFile.Write(ledgerKey + PublicSuffix, Encoding.ASCII.GetBytes(opened.PublicPem));
        AtomicFile.Write(Path.Combine(folder, "ledger.vkey"), Encoding.ASCII.GetBytes(opened.VerifierFor(Origin) + "\n"));
        if (!File.Exists(Path.Combine(ledger, Checkpoint)))
            LedgerFolder.Init(ledger, Origin, opened);
    }

    /// <summary>A key appears whole under its name. One that is cut short has signed nothing that could be lost with it.</summary>
    private static void MakeKey(string path, KeyType type)
    {
        if (File.Exists(path) && File.ReadAllText(path).Contains(PemEnd, StringComparison.Ordinal))
            return;
        File.Delete(path);
        File.Delete(path + NewSuffix);
        _ = KeyFile.New(path + NewSuffix, type);
        File.Move(path + NewSuffix, path);
    }
}
