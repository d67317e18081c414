using System.Text;
using Loragate.Governance.Keys;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

/// <summary>A gate whose policy asks people, with their keys and a trust policy.</summary>
internal sealed class PeopleGate : IDisposable
{
    public const string TrustText = """
        schema: loragate.trust/1
        name: test
        version: "1"
        signers:
          - {id: gate-ci, roles: [gate], keys: [{file: gate.pem.pub}]}
          - {id: reviewer-1, roles: [reviewer], keys: [{file: reviewer.pem.pub}]}
          - {id: risk-1, roles: [risk-owner, reviewer], keys: [{file: risk.pem.pub}]}
          - {id: trainer-1, roles: [author, reviewer], keys: [{file: trainer.pem.pub}]}
        """;

    private const string Rules = """

          - id: people-agree
            check: approval
            severity: block
            why: People stand for a release.
            roles: {reviewer: 1, risk-owner: 1}
        """;

    private readonly SampleGate _gate;

    public PeopleGate(FinishedDemo demo, string adapter = "routing-good", string more = "")
    {
        _gate = new SampleGate(adapter);
        foreach (var person in new[] { "reviewer", "risk", "trainer", "stranger" })
            File.WriteAllText(KeyOf(person) + ".pub", KeyFile.New(KeyOf(person), KeyType.P256));
        WriteTrust(TrustText);
        Policy = TestPolicy.Pinned(_gate.Temp);
        File.AppendAllText(Policy, Rules + more);
        _gate.Temp.Copy(demo.PathTo("scores"), "scores");
    }

    public SampleGate Gate => _gate;

    public string Dossier => _gate.Dossier;

    public string Trust => _gate.Temp.PathTo("trust.yaml");

    public string Policy { get; }

    public string KeyOf(string person) => _gate.Temp.PathTo(person + ".pem");

    public void WriteTrust(string text) => File.WriteAllBytes(Trust, Encoding.UTF8.GetBytes(text));

    public ShellResult Run(params string[] more)
    {
        string[] arguments = _gate.Arguments(["--trust", Trust, "--author", "trainer-1", "--cache", _gate.Temp.PathTo("scores"), .. more]);
        return Executable.Run([.. arguments.Select(word => word == Executable.DemoPolicy ? Policy : word)]);
    }

    public ShellResult Approve(string person, string role, params string[] more) =>
        Executable.Run(["approve", "--dossier", Dossier, "--key", KeyOf(person), "--role", role, "--trust", Trust, .. more]);

    public void Dispose() => _gate.Dispose();
}
