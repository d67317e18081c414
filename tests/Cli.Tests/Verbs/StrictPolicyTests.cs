using System.Globalization;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

/// <summary>What policies/strict.yaml asks of people, through the program.</summary>
public sealed class StrictPolicyTests(FinishedDemo demo)
{
    [Fact]
    public void Four_people_release_an_adapter_and_nobody_fills_two_places()
    {
        using var gate = PeopleGate.Strict(demo, "routing-good");
        Ends(2, gate.Run(), "Still to approve: 2 in the role reviewer, 1 in the role compliance, 1 in the role risk-owner");
        Ends(0, gate.Approve("second", "reviewer"), "");
        Ends(0, gate.Approve("risk", "risk-owner"), "");
        Ends(0, gate.Approve("risk", "compliance"), "");
        // The author holds the roles that lack, and signs all the same.
        Ends(0, gate.Approve("trainer", "reviewer"), "is an author of this adapter");
        Ends(0, gate.Approve("trainer", "risk-owner"), "is an author of this adapter");
        Ends(2, gate.Run(), "Still to approve: 1 in the role reviewer, 1 in the role");
        // A key that was rotated out signs nothing that counts; its successor does.
        Ends(64, gate.Approve("reviewer", "reviewer"), "");
        Ends(0, gate.Approve("reviewer-new", "reviewer"), "");
        Ends(2, gate.Run(), "Still to approve: 1 in the role");
        Ends(0, gate.Approve("compliance", "compliance"), "");
        Ends(0, gate.Run(), "Approved");
        Executable.Must("verify", Path.Combine(gate.Dossier, "release"), "--trust", gate.Trust, "--vkey", gate.Gate.VKey);
        Ends(0, Audit(gate), "1 releases");
        // Found out later: the key had been stolen before it signed.
        gate.WriteTrust(PeopleGate.StrictTrustText.Replace("{file: second.pem.pub}", "{file: second.pem.pub, compromised: 2026-01-01T00:00:00Z}", StringComparison.Ordinal));
        Ends(3, Audit(gate), "was compromised by then");
    }

    [Fact]
    public void An_exception_is_for_one_rule_for_thirty_days_by_two_people_and_never_for_bias_or_people()
    {
        using var gate = PeopleGate.Strict(demo, "routing-damaged");
        Ends(1, gate.Run(), "retained-skill");
        string[] Exception(string rule, int days) => ["--rule", rule, "--reason", "Replaced next week.", "--until", DateTime.UtcNow.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)];
        Ends(64, gate.Waive("risk", Exception("gender-level", 3)), "does not let 'gender-level' (bias-level) be waived");
        Ends(64, gate.Waive("risk", Exception("retained-skill", 60)), "the policy allows 30");
        var signed = gate.Waive("risk", Exception("retained-skill", 20));
        Ends(0, signed, "Signed as waivers/");
        var first = Path.Combine(gate.Dossier, signed.Error.Split("Signed as ")[1].Split(':')[0]);
        // One signature is too few.
        Ends(1, gate.Run(), "retained-skill");
        Ends(0, gate.Waive("compliance", "--cosign", first), "Signed as waivers/");
        Ends(2, gate.Run(), "Waived until");
    }

    private static ShellResult Audit(PeopleGate gate) =>
        Executable.Run("ledger", "audit", "--ledger", gate.Gate.Ledger, "--vkey", gate.Gate.VKey, "--trust", gate.Trust);

    private static void Ends(int code, ShellResult result, string says)
    {
        Assert.True(result.ExitCode == code, $"{result.ExitCode}: {result.Error}");
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
    }
}
