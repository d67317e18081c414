using Loragate.Testing;

namespace Loragate.Cli;

/// <summary>A gate over the sample with keys and a ledger of its own.</summary>
internal sealed class SampleGate : IDisposable
{
    public SampleGate(string adapter = "routing-good")
    {
        Adapter = adapter;
        Executable.Must("keys", "new", "--type", "p256", "--output", Key);
        Executable.Must("keys", "new", "--type", "ed25519", "--output", LedgerKey);
        File.WriteAllText(VKey, Executable.Must("ledger", "init", "--ledger", Ledger, "--origin", "loragate.example/test", "--ledger-key", LedgerKey).Output);
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
