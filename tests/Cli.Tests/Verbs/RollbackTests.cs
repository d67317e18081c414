using Loragate.Artifacts.Records.Merging;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

public sealed class RollbackTests(TwoReleases made) : IClassFixture<TwoReleases>, IDisposable
{
    private readonly SampleGate _gate = made.Copy();

    private string Key => _gate.Temp.PathTo("risk.pem");

    private string Trust => _gate.Temp.PathTo("trust.yaml");

    private string Dossiers => _gate.Temp.PathTo("dossiers");

    [Fact]
    public void A_release_goes_back_to_the_last_good_one_and_the_ledger_tells()
    {
        var before = Files.Digests(Release("one"));
        Ends(64, Rollback("two"), "either --releases DIR or --merged DIR");
        Ends(64, Rollback("two", "--releases", Dossiers, "--reason", ""), "needs one");
        Ends(4, Rollback("two", "--releases", _gate.Temp.PathTo("dossiers", "two")), "no folder holds release 1 of routing");
        var back = Rollback("two", "--releases", Dossiers, "--json");
        Ends(0, back, "Rolled back to release 1 of routing");
        var told = Artifacts.Records.Record.Parse<Governance.Publication.RolledBack>(System.Text.Encoding.UTF8.GetBytes(back.Output.TrimEnd()), "stdout");
        Assert.Equal(("routing", 2, 1, "risk-1", 2), (told.Adapter, told.Number, told.ToNumber, told.Signer, told.Entries.Count));
        Assert.Equal(before, Files.Digests(Output));
        Ends(1, Status(Release("two")), "risk-1 revoked it");
        Ends(0, Status(Output), "current: release 1 of routing");
        Ends(0, Executable.Run("ledger", "audit", "--ledger", _gate.Ledger, "--vkey", _gate.VKey, "--trust", Trust), "2 releases");
        Directory.Delete(Output, recursive: true);

        // Once more, as on another machine: nothing is signed or logged again.
        var again = Rollback("two", "--releases", Dossiers, "--reason", "Again.", "--json");
        Ends(0, again, "The release that was taken back was revoked already: risk-1 revoked it (entry ");
        Assert.Equal(told.Entries, Artifacts.Records.Record.Parse<Governance.Publication.RolledBack>(System.Text.Encoding.UTF8.GetBytes(again.Output.TrimEnd()), "stdout").Entries);
        Directory.Delete(Output, recursive: true);
        Ends(1, Rollback("one", "--releases", Dossiers), "No release of routing before this one stands");
        Assert.False(Directory.Exists(Output));

        var lineage = Executable.Must("lineage", "show", "routing 2", "--ledger", _gate.Ledger, "--vkey", _gate.VKey, "--dossiers", Dossiers, "--mermaid", _gate.Temp.PathTo("lineage.mmd"), "--json");
        foreach (var kind in new[] { "base", "dataSet", "adapter", "merge", "evaluation", "decision", "policy", "release", "revocation", "rollback" })
            Assert.Contains($"\"kind\":\"{kind}\"", lineage.Output, StringComparison.Ordinal);
        Assert.StartsWith("flowchart LR\n", File.ReadAllText(_gate.Temp.PathTo("lineage.mmd")), StringComparison.Ordinal);
        Assert.Equal(lineage.Output, Executable.Must("lineage", "show", told.Release.Abbreviated, "--ledger", _gate.Ledger, "--vkey", _gate.VKey, "--dossiers", Dossiers, "--json").Output);
        Assert.Equal(1, Executable.Run("lineage", "show", "nobody", "--ledger", _gate.Ledger, "--vkey", _gate.VKey).ExitCode);
        Assert.Equal(2, Executable.Must("ledger", "show", "--ledger", _gate.Ledger, "--vkey", _gate.VKey, "--type", "release", "--json").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void A_release_goes_back_to_the_base_with_the_proof_of_the_unmerge()
    {
        Ends(4, Rollback("two", "--merged", Path.Combine(Dossiers, "one", "merged")), "not the release's adapter alone");
        Ends(0, Rollback("two", "--merged", Path.Combine(Dossiers, "two", "merged")), "every tensor with its SHA-256");
        var receipt = Artifacts.Records.Record.ReadFile<MergeReceipt>(Path.Combine(Dossiers, "two", "merge-receipt.json"));
        var proof = Artifacts.Records.Record.ReadFile<UnmergeReceipt>(Path.Combine(Output, "loragate", "unmerge-receipt.json"));
        Assert.Equal((receipt.ComputeDigest(), receipt.Base.WeightsDigest), (proof.Merge, proof.Restored.WeightsDigest));
        var logged = Executable.Must("ledger", "show", "--ledger", _gate.Ledger, "--vkey", _gate.VKey, "--about", proof.ComputeDigest().Hex, "--json").Output;
        Assert.Contains("\"type\":\"rollback\"", logged, StringComparison.Ordinal);
        Ends(1, Status(Release("two")), "risk-1 revoked it");
    }

    [Fact]
    public void A_policy_that_asks_nobody_releases_nothing_that_was_revoked_on_no_day_and_in_no_language()
    {
        Ends(0, Executable.Run("revoke", Release("two"), "--reason", "Leaks.", "--key", Key, "--ledger", _gate.Ledger, "--ledger-key", _gate.LedgerKey, "--trust", Trust), "Revoked");
        string[] arguments = _gate.Arguments("--cache", _gate.Temp.PathTo("scores"), "--trust", Trust);
        arguments[Array.IndexOf(arguments, "--adapter") + 1] = _gate.Temp.PathTo("two", "routing");
        arguments[Array.IndexOf(arguments, "--dossier") + 1] = Path.Combine(Dossiers, "two");
        foreach (var language in (string[])["en", "ja"])
        {
            var (sarif, junit, summary) = (_gate.Temp.PathTo("out.sarif"), _gate.Temp.PathTo("out.xml"), _gate.Temp.PathTo("out.md"));
            var again = Executable.Run([.. arguments, "--lang", language, "--sarif", sarif, "--junit", junit, "--summary", summary, "--json"]);
            Ends(1, again, "NOT RELEASED: nobody has approved this adapter since it was revoked");
            Assert.Contains("\"revocation\":{\"entry\":", again.Output, StringComparison.Ordinal);
            Assert.Contains("\"verdict\":\"rejected\"", again.Output, StringComparison.Ordinal);
            foreach (var file in new[] { sarif, junit, summary })
                Assert.Contains("taken back by risk-1", File.ReadAllText(file), StringComparison.Ordinal);
            Assert.Contains("failures=\"1\"", File.ReadAllText(junit), StringComparison.Ordinal);
            Assert.Contains("\"ruleId\":\"ledger/revoked\"", File.ReadAllText(sarif), StringComparison.Ordinal);
            Assert.False(Directory.Exists(Release("two")));
            var verified = Executable.Run("verify", Path.Combine(Dossiers, "two"), "--trust", Trust, "--vkey", _gate.VKey);
            Ends(0, verified, "holds");
            Ends(0, verified, "Rejected: routing");
            var verdict = SignedVerdict(Path.Combine(Dossiers, "two", "verdict.sigstore.json"));
            Assert.Contains("\"verificationResult\":\"FAILED\"", verdict, StringComparison.Ordinal);
            Ends(0, Executable.Run("verify", Path.Combine(Dossiers, "two", "report.pdf"), "--trust", Trust, "--vkey", _gate.VKey), "decided again, with the same bytes");
        }
        Assert.Equal(2, Executable.Must("ledger", "show", "--ledger", _gate.Ledger, "--vkey", _gate.VKey, "--type", "release", "--json").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void A_release_that_was_only_revoked_goes_back_under_that_revocation()
    {
        Ends(0, Executable.Run("revoke", Release("two"), "--reason", "Leaks.", "--key", Key, "--ledger", _gate.Ledger, "--ledger-key", _gate.LedgerKey, "--trust", Trust), "Revoked");
        Ends(0, Rollback("two", "--releases", Dossiers), "was revoked already: risk-1 revoked it");
        Assert.Single(Executable.Must("ledger", "show", "--ledger", _gate.Ledger, "--vkey", _gate.VKey, "--type", "revocation", "--json").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Ends(0, Executable.Run("ledger", "audit", "--ledger", _gate.Ledger, "--vkey", _gate.VKey, "--trust", Trust), "2 releases");
    }

    [Fact]
    public void What_another_process_builds_for_the_same_place_is_left_alone()
    {
        using var other = Artifacts.Folders.OutputFolder.Claim(Output);
        var theirs = _gate.Temp.Write("serving.staged/serving/weights", "theirs"u8);
        Ends(4, Rollback("two", "--releases", Dossiers), "another process writes this output");
        Assert.True(File.Exists(theirs));
        Ends(0, Status(Release("two")), "current");
    }

    [Fact]
    public void A_stranger_rolls_nothing_back_and_nothing_is_left_of_the_attempt()
    {
        Governance.Keys.KeyFile.New(_gate.Temp.PathTo("stranger.pem"), Governance.Keys.KeyType.P256);
        Ends(64, Rollback("two", "--releases", Dossiers, "--key", _gate.Temp.PathTo("stranger.pem")), "names no such key");
        Ends(0, Status(Release("two")), "current");
        Assert.False(Path.Exists(Output) || Path.Exists(Output + ".staged"));
    }

    public void Dispose() => _gate.Dispose();

    private string Output => _gate.Temp.PathTo("serving");

    private string Release(string dossier) => Path.Combine(Dossiers, dossier, "release");

    private ShellResult Rollback(string dossier, params string[] more)
    {
        List<string> arguments = ["rollback", Path.Combine(Dossiers, dossier), "--output", Output, "--ledger", _gate.Ledger, "--ledger-key", _gate.LedgerKey, "--trust", Trust, .. more];
        foreach (var (option, value) in new[] { ("--reason", "Leaks addresses."), ("--key", Key) })
        {
            if (!arguments.Contains(option))
                arguments.AddRange([option, value]);
        }
        return Executable.Run([.. arguments]);
    }

    private static string SignedVerdict(string file) => System.Text.Encoding.UTF8.GetString(Governance.Signing.SigstoreBundle.Parse(File.ReadAllBytes(file), file).Envelope.Payload.Span);

    private ShellResult Status(string release) => Executable.Run("status", release, "--ledger", _gate.Ledger, "--vkey", _gate.VKey, "--trust", Trust);

    private static void Ends(int code, ShellResult result, string says)
    {
        Assert.True(result.ExitCode == code, $"{result.ExitCode}: {result.Error}");
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
    }
}
