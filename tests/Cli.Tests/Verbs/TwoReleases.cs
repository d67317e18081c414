using Loragate.Governance.Keys;

namespace Loragate.Cli.Verbs;

/// <summary>Two releases of one name, one gate after the other; tests work on copies.</summary>
public sealed class TwoReleases : IDisposable
{
    private const string TrustText = """
        schema: loragate.trust/1
        name: test
        version: "1"
        signers:
          - {id: gate-ci, roles: [gate], keys: [{file: gate.pem.pub}]}
          - {id: risk-1, roles: [risk-owner], keys: [{file: risk.pem.pub}]}
        """;

    private readonly SampleGate _gate = new();

    public TwoReleases(FinishedDemo demo)
    {
        ArgumentNullException.ThrowIfNull(demo);
        File.WriteAllText(_gate.Temp.PathTo("risk.pem.pub"), KeyFile.New(_gate.Temp.PathTo("risk.pem"), KeyType.P256));
        File.WriteAllText(_gate.Temp.PathTo("trust.yaml"), TrustText);
        _gate.Temp.Copy(demo.PathTo("scores"), "scores");
        Release("one", "routing-good");
        Release("two", "routing-dora");
    }

    public void Dispose() => _gate.Dispose();

    internal SampleGate Copy() => new(_gate);

    private void Release(string dossier, string adapter)
    {
        _gate.Temp.Copy(Executable.Adapter(adapter), Path.Combine(dossier, "routing"));
        string[] arguments = _gate.Arguments("--cache", _gate.Temp.PathTo("scores"), "--trust", _gate.Temp.PathTo("trust.yaml"));
        arguments[Array.IndexOf(arguments, "--adapter") + 1] = _gate.Temp.PathTo(dossier, "routing");
        arguments[Array.IndexOf(arguments, "--dossier") + 1] = _gate.Temp.PathTo("dossiers", dossier);
        Directory.CreateDirectory(_gate.Temp.PathTo("dossiers"));
        Executable.Must(arguments);
    }
}
