using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Testing;

namespace Loragate.Cli;

/// <summary>A gate over the sample with keys and a ledger of its own.</summary>
internal sealed class SampleGate : IDisposable
{
    private const string Origin = "loragate.example/test";

    public SampleGate(string adapter = "routing-good")
    {
        Adapter = adapter;
        File.WriteAllText(Key + ".pub", KeyFile.New(Key, KeyType.P256));
        KeyFile.New(LedgerKey, KeyType.Ed25519);
        using var ledgerKey = Governance.Keys.LedgerKey.Read(LedgerKey);
        LedgerFolder.Init(Ledger, Origin, ledgerKey);
        File.WriteAllText(VKey, $"{ledgerKey.VerifierFor(Origin)}\n");
    }

    /// <summary>All that another gate has, in a place of its own.</summary>
    public SampleGate(SampleGate original)
    {
        Adapter = original.Adapter;
        Temp.Copy(original.Temp.Path, "");
    }

    public TempFolder Temp { get; } = new();

    public string Adapter { get; }

    public string Dossier => Temp.PathTo("dossier");

    public string Key => Temp.PathTo("gate.pem");

    public string LedgerKey => Temp.PathTo("ledger.pem");

    public string VKey => Temp.PathTo("ledger.vkey");

    public string Ledger => Temp.PathTo("ledger");

    public string[] Arguments(params string[] more) =>
    [
        "gate", "--base", Executable.Base, "--adapter", Executable.Adapter(Adapter), "--policy", Executable.DemoPolicy, "--data", Executable.Samples,
        "--dossier", Dossier, "--key", Key, "--ledger", Ledger, "--ledger-key", LedgerKey, "--device", "cpu", .. more,
    ];

    public void Dispose() => Temp.Dispose();
}
