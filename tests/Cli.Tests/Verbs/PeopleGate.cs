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

    /// <summary>People for policies/strict.yaml: enough in each role, one who holds two, and an author who reviews.</summary>
    public const string StrictTrustText = """
        schema: loragate.trust/1
        name: strict-test
        version: "1"
        signers:
          - {id: gate-ci, roles: [gate], keys: [{file: gate.pem.pub}]}
          - {id: reviewer-1, roles: [reviewer], keys: [{file: reviewer.pem.pub, until: 2026-01-01T00:00:00Z}, {file: reviewer-new.pem.pub, from: 2025-12-01T00:00:00Z}]}
          - {id: reviewer-2, roles: [reviewer], keys: [{file: second.pem.pub}]}
          - {id: risk-1, roles: [risk-owner, compliance], keys: [{file: risk.pem.pub}]}
          - {id: compliance-1, roles: [compliance], keys: [{file: compliance.pem.pub}]}
          - {id: trainer-1, roles: [author, reviewer, risk-owner], keys: [{file: trainer.pem.pub}]}
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
        : this(demo, adapter, TrustText, ["reviewer", "risk", "trainer", "stranger"]) => Policy = Write(TestPolicy.Pinned(_gate.Temp), Rules + more);

    /// <summary>All that another gate has, in a place of its own.</summary>
    public PeopleGate(PeopleGate original)
    {
        _gate = new SampleGate(original._gate);
        (Dossier, GateKey) = (_gate.Dossier, _gate.Key);
        Policy = _gate.Temp.PathTo(Path.GetRelativePath(original._gate.Temp.Path, original.Policy));
    }

    private PeopleGate(FinishedDemo demo, string adapter, string trust, string[] people)
    {
        _gate = new SampleGate(adapter);
        (Dossier, GateKey) = (_gate.Dossier, _gate.Key);
        foreach (var person in people)
            File.WriteAllText(KeyOf(person) + ".pub", KeyFile.New(KeyOf(person), KeyType.P256));
        WriteTrust(trust);
        _gate.Temp.Copy(demo.PathTo("scores"), "scores");
    }

    /// <summary>A gate whose release stands, approved by everybody who is asked.</summary>
    public static PeopleGate Released(FinishedDemo demo)
    {
        var people = new PeopleGate(demo);
        people.Release();
        return people;
    }

    /// <summary>What policies/strict.yaml asks of people, word for word, over the measurements of the demo's policy.</summary>
    public static PeopleGate Strict(FinishedDemo demo, string adapter)
    {
        var gate = new PeopleGate(demo, adapter, StrictTrustText, ["reviewer", "reviewer-new", "second", "risk", "compliance", "trainer"]);
        var strict = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "policies", "strict.yaml"));
        var people = strict[strict.IndexOf("  - id: people-agree", StringComparison.Ordinal)..];
        Assert.Contains(", retained-truth, retained-language", people, StringComparison.Ordinal);
        gate.Policy = Write(TestPolicy.Pinned(gate.Gate.Temp, ("id: remembers-facts", "id: retained-skill")), "\n" + people.Replace(", retained-truth, retained-language", "", StringComparison.Ordinal));
        return gate;
    }

    public SampleGate Gate => _gate;

    /// <summary>Where the gate works; its first dossier unless set.</summary>
    public string Dossier { get; set; }

    /// <summary>The key that the gate signs with; its first one unless set.</summary>
    public string GateKey { get; set; }

    public string Trust => _gate.Temp.PathTo("trust.yaml");

    public string Policy { get; private set; } = "";

    public string KeyOf(string person) => _gate.Temp.PathTo(person + ".pem");

    public void WriteTrust(string text) => File.WriteAllBytes(Trust, Encoding.UTF8.GetBytes(text));

    public ShellResult Run(params string[] more) => Executable.Run(Arguments(more));

    public string[] Arguments(params string[] more) =>
    [
        .. _gate.Arguments(["--trust", Trust, "--author", "trainer-1", "--cache", _gate.Temp.PathTo("scores"), .. more])
            .Select(word => word == Executable.DemoPolicy ? Policy : word == _gate.Key ? GateKey : word == _gate.Dossier ? Dossier : word),
    ];

    /// <summary>The gate asks, everybody approves, and the gate releases.</summary>
    public void Release()
    {
        Assert.Equal(2, Run().ExitCode);
        Assert.Equal(0, Approve("reviewer", "reviewer").ExitCode);
        Assert.Equal(0, Approve("risk", "risk-owner").ExitCode);
        Assert.Equal(0, Run().ExitCode);
    }

    public ShellResult Approve(string person, string role, params string[] more) =>
        Executable.Run(["approve", "--dossier", Dossier, "--key", KeyOf(person), "--role", role, "--trust", Trust, .. more]);

    public ShellResult Waive(string person, params string[] more) =>
        Executable.Run(["waive", "--dossier", Dossier, "--key", KeyOf(person), "--trust", Trust, .. more]);

    public void Dispose() => _gate.Dispose();

    private static string Write(string policy, string more)
    {
        File.AppendAllText(policy, more);
        return policy;
    }
}
