using System.Text.RegularExpressions;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

public sealed partial class DemoTests(FinishedDemo demo)
{
    /// <summary>The README's reason for a rejection → the checks that may give it.</summary>
    private static readonly Dictionary<string, string[]> ChecksOf = new(StringComparer.Ordinal)
    {
        ["bias"] = ["bias-level", "bias-drift"],
        ["lost general skill"] = ["non-inferiority"],
        ["no gain"] = ["inspection"],
    };

    [Fact]
    public void The_demo_ends_well_and_judges_every_adapter_of_the_sample()
    {
        Assert.True(demo.First.ExitCode == 0, demo.First.Error);
        var adapters = Directory.EnumerateDirectories(Path.Combine(Executable.Samples, "adapters")).Select(Path.GetFileName).Order();
        Assert.Equal(adapters, Directory.EnumerateDirectories(demo.PathTo("dossiers")).Select(Path.GetFileName).Order());
        Assert.All(adapters, name => Assert.Contains(name!, demo.First.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void The_verdicts_are_those_of_the_samples_own_description()
    {
        var rows = ExpectedVerdict().Matches(File.ReadAllText(Repository.PathTo("samples", "README.md")));
        Assert.NotEmpty(rows);
        foreach (Match row in rows)
        {
            var decision = Record.ReadFile<Decision>(Path.Combine(demo.DossierOf(row.Groups["name"].Value), "decision.json"));
            var failed = decision.Rules.Where(r => r.Outcome == Outcome.Failed).Select(r => r.Check).ToList();
            if (row.Groups["reason"].Success)
            {
                Assert.Equal(Verdict.Rejected, decision.Verdict);
                Assert.NotEmpty(failed);
                Assert.All(failed, check => Assert.Contains(check, ChecksOf[row.Groups["reason"].Value]));
            }
            else
            {
                Assert.Equal(Verdict.Approved, decision.Verdict);
                Assert.Empty(failed);
            }
        }
    }

    [Fact]
    public void Every_adapter_gets_a_sealed_dossier_and_a_report_and_only_approved_ones_get_a_release()
    {
        foreach (var dossier in Directory.EnumerateDirectories(demo.PathTo("dossiers")))
        {
            string[] always = ["run.json", "inspection.json", "decision.json", "verdict.sigstore.json", "decision.tlog-proof", "seal.sigstore.json", "report.pdf"];
            Assert.All(always, file => Assert.True(File.Exists(Path.Combine(dossier, file)), $"{dossier} has no {file}"));
            var approved = Record.ReadFile<Decision>(Path.Combine(dossier, "decision.json")).Verdict == Verdict.Approved;
            Assert.Equal(approved, Directory.Exists(Path.Combine(dossier, "release")));
            Assert.Equal(approved, File.Exists(Path.Combine(dossier, "model.sig")));
            Assert.StartsWith("%PDF-", File.ReadAllText(demo.PathTo("reports", $"{Path.GetFileName(dossier)}.en.pdf")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_second_run_resumes_and_changes_no_file_but_signatures()
    {
        Assert.True(demo.Second.ExitCode == 0, demo.Second.Error);
        Assert.Contains("Merged already", demo.Second.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("was not reused", demo.Second.Error, StringComparison.Ordinal);
        var after = Files.Digests(demo.Folder);
        Assert.Equal(demo.AfterFirst.Keys.Order(StringComparer.Ordinal), after.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["seal.sigstore.json"], after.Where(f => demo.AfterFirst[f.Key] != f.Value).Select(f => Path.GetFileName(f.Key)).Distinct());
    }

    [Fact]
    public void The_demo_names_commands_to_try_next_and_they_work()
    {
        var commands = NextCommand().Matches(demo.First.Error).Select(m => m.Groups["command"].Value.Trim()).ToList();
        Assert.True(commands.Count >= 3, demo.First.Error);
        using var temp = new TempFolder();
        foreach (var command in commands)
        {
            string[] arguments = [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.EndsWith("/restored", StringComparison.Ordinal) ? temp.PathTo("restored") : word)];
            Executable.Must(arguments);
        }
    }

    [Fact]
    public void Every_finished_dossier_and_release_and_the_ledger_verify()
    {
        foreach (var dossier in Directory.EnumerateDirectories(demo.PathTo("dossiers")))
        {
            Executable.Must("verify", dossier, "--key", demo.PublicKey, "--vkey", demo.VKey);
            if (Path.Combine(dossier, "release") is var release && Directory.Exists(release))
                Executable.Must("verify", release, "--key", demo.PublicKey, "--vkey", demo.VKey);
        }
        Executable.Must("ledger", "verify", "--ledger", demo.Ledger, "--vkey", demo.VKey);
    }

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \|.*\| (approve|reject: (?<reason>[^|]+?)) \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ExpectedVerdict();

    [GeneratedRegex(@"^  loragate (?<command>.+)$", RegexOptions.Multiline)]
    private static partial Regex NextCommand();
}
