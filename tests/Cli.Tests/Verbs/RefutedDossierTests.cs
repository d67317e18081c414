using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

/// <summary>A faulty gate, or a thief of its key: the dossier is sealed as it should be, and its evidence does not give its decision.</summary>
public sealed class RefutedDossierTests(FinishedDemo demo) : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void An_approval_of_what_the_evidence_fails_is_not_verified()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-biased"), "dossier");
        Seal(dossier, demo.Key, decision => decision with
        {
            Verdict = Verdict.Approved,
            Rules = [.. decision.Rules.Select(rule => rule.Outcome == Outcome.Failed ? rule with { Outcome = Outcome.Passed } : rule)],
        });
        var shown = Executable.Run("verify", dossier, "--key", demo.PublicKey);
        Ends(3, shown, "the evidence inside gives 'Rejected', the decision says 'Approved'");
        Assert.All(
            new[] { "the rule 'gender-level' comes out otherwise", "verdict.sigstore.json: the signed verdict is about another decision", "evaluation.sigstore.json: it says something else of the tests", "Does not hold: decision.json" },
            said => Assert.Contains(said, shown.Error, StringComparison.Ordinal));
        Ends(3, Executable.Run("report", "--dossier", dossier, "--output", _temp.PathTo("report.pdf"), "--key", demo.Key), "its decision does not follow from its evidence");
        Assert.False(File.Exists(_temp.PathTo("report.pdf")));
    }

    [Fact]
    public void A_verdict_that_was_signed_on_another_decision_is_named_although_the_decision_follows()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-good"), "dossier");
        File.Copy(Path.Combine(demo.DossierOf("routing-dora"), "verdict.sigstore.json"), Path.Combine(dossier, "verdict.sigstore.json"), overwrite: true);
        Seal(dossier, demo.Key, decision => decision);
        Ends(3, Executable.Run("verify", dossier, "--key", demo.PublicKey), "verdict.sigstore.json: the signed verdict is about another decision");
    }

    [Fact]
    public void Nobody_signs_about_a_decision_that_does_not_follow()
    {
        using var people = demo.CopyReleased();
        Seal(people.Dossier, people.GateKey, decision => decision with { Rules = [.. decision.Rules.Select(rule => rule with { Reason = "all-is-well" })] });
        Ends(3, people.Approve("risk", "reviewer"), "Nothing was signed: the dossier is not the one that the gate sealed, or its decision does not follow from its evidence.");
        Ends(3, people.Waive("risk", "--rule", "gender-level", "--reason", "x", "--until", "2999-01-01"), "comes out otherwise from the evidence inside");
    }

    [Fact]
    public void Of_a_dossier_it_is_told_what_was_decided_again_and_what_is_still_the_gates_word()
    {
        using var people = demo.CopyReleased();
        string[] verify = ["verify", people.Dossier];
        Ends(0, Executable.Run([.. verify, "--trust", people.Trust]), "Proved: the decision follows from the evidence inside: it was decided again, with the same bytes.");
        var byKey = Executable.Run([.. verify, "--key", people.GateKey + ".pub"]);
        Ends(0, byKey, "Not proved: that the approvals and waivers count, and who signed trials: give the trust policy by which they were judged, 'test' 1");
        Ends(0, byKey, "Not proved: that no release of this adapter had been revoked");

        // A trust policy of a later day is no reason to refuse.
        people.WriteTrust(PeopleGate.TrustText + "\n");
        Ends(0, Executable.Run([.. verify, "--trust", people.Trust]), "Not proved: that the approvals and waivers count");
    }

    [Fact]
    public void What_people_sign_after_the_seal_is_neither_judged_nor_drawn()
    {
        using var people = demo.CopyReleased();
        Ends(0, people.Approve("risk", "reviewer"), "");
        Ends(0, Executable.Run("verify", people.Dossier, "--trust", people.Trust), "it was decided again, with the same bytes");
        Executable.Must("report", "--dossier", people.Dossier, "--output", _temp.PathTo("report.pdf"), "--key", people.GateKey);
        Ends(0, Executable.Run("verify", _temp.PathTo("report.pdf"), "--trust", people.Trust), "it was decided again, with the same bytes");
    }

    public void Dispose() => _temp.Dispose();

    private static void Seal(string dossier, string gate, Func<Decision, Decision> lie)
    {
        var path = Path.Combine(dossier, "decision.json");
        File.WriteAllBytes(path, lie(Record.ReadFile<Decision>(path)).ToCanonicalJson());
        using var key = SigningKey.Read(gate);
        DossierSeal.Sign(dossier, new Signer(key), TestContext.Current.CancellationToken);
    }

    private static void Ends(int code, ShellResult result, string says)
    {
        Assert.True(result.ExitCode == code, $"{result.ExitCode}: {result.Error}");
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
    }
}
