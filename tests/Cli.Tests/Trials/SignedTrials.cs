using System.Text;
using Loragate.Governance.Keys;
using Loragate.Testing;

namespace Loragate.Cli.Trials;

/// <summary>A plan of one trial that was run and signed, with the keys of a gate, a trainer and a stranger, a trust policy and a policy that asks for the trainer's signature.</summary>
public sealed class SignedTrials : IDisposable
{
    public const string Id = "lora-r8-lr0.008";

    public SignedTrials()
    {
        foreach (var name in new[] { "gate", "trainer", "stranger" })
            File.WriteAllText(Key(name) + ".pub", KeyFile.New(Key(name), KeyType.P256));
        Plan = ShortPlan.Write(Temp, "method: lora, rank: 8");
        Trust = Write("trust.yaml", """
            schema: loragate.trust/1
            name: people
            version: "1"
            signers:
              - {id: gate-ci, roles: [gate], keys: [{file: gate.pem.pub}]}
              - {id: trainer-09, roles: [author], keys: [{file: trainer.pem.pub}]}
            """);
        Policy = ShortPlan.WritePolicy(Temp, "role: author");
        Executable.Must(Run("trainer"));
    }

    public TempFolder Temp { get; } = new();

    public string Plan { get; }

    public string Trust { get; }

    public string Policy { get; }

    public string Trials => Temp.PathTo("trials");

    /// <summary>The adapter that the trial made.</summary>
    public string Adapter => Path.Combine(Trials, "rounds", "1", Id);

    public string Key(string name) => Temp.PathTo($"{name}.pem");

    /// <summary>The command that runs the plan.</summary>
    public string[] Run(string? key) => ["trial", "run", "--base", Executable.Base, "--plan", Plan, "--device", "cpu", "--output", Trials, .. key is null ? Array.Empty<string>() : ["--key", Key(key)]];

    /// <summary>The command of the gate over the trial's adapter.</summary>
    public string[] Gate(string trials, string dossier, params string[] more) =>
        ["gate", "--base", Executable.Base, "--adapter", Adapter, "--policy", Policy, "--data", Executable.Samples, "--key", Key("gate"), "--device", "cpu", "--trials", trials, "--dossier", dossier, .. more];

    public void Dispose() => Temp.Dispose();

    private string Write(string file, string text) => Temp.Write(file, Encoding.UTF8.GetBytes(text));
}
