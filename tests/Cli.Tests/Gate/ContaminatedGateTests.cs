using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Gate;

/// <summary>A gate whose policy asks whether the questions were in the training.</summary>
public sealed class ContaminatedGateTests(FinishedDemo demo) : IDisposable
{
    private const string Rule = "rules:\n  - {id: unseen, check: contamination, severity: block, why: Who has seen the questions knows the answers., maximum: 0.1}\n";

    private readonly TempFolder _temp = new();

    [Fact]
    public void Questions_that_were_in_the_training_reject_an_adapter_and_others_do_not()
    {
        var dossier = _temp.PathTo("dossier");
        var (seen, unseen) = (Digests("seen", Inside(Path.Combine(Executable.Samples, "data", "routing.jsonl"))), Digests("unseen", "{\"text\": \"of all the words in here not a single sentence was ever asked of anybody else\"}\n"));
        AssertOutcome(Gate(dossier), 2, dossier, Outcome.Undecided);
        Assert.False(File.Exists(Path.Combine(dossier, "contamination.json")));
        AssertOutcome(Gate(dossier, "--training-digests", seen), 1, dossier, Outcome.Failed);
        AssertOutcome(Gate(dossier, "--training-digests", unseen), 0, dossier, Outcome.Passed);

        // The record is evidence like any other: cited, sealed, inside the report, and what the verdict is derived from again.
        var record = Path.Combine(dossier, "contamination.json");
        Assert.Contains(Record.ReadFile<Decision>(Path.Combine(dossier, "decision.json")).Evidence, link => link.Path == "contamination.json" && link.Digest == Digest.OfFile(record));
        Executable.Must("verify", dossier, "--key", demo.PublicKey);
        Executable.Must("verify", Path.Combine(dossier, "report.pdf"), "--key", demo.PublicKey);
        File.WriteAllText(record, File.ReadAllText(record).Replace("\"overlapping\":[]", "\"overlapping\":[ ]", StringComparison.Ordinal));
        var tampered = Executable.Run("verify", dossier, "--key", demo.PublicKey);
        Assert.Equal(3, tampered.ExitCode);
        Assert.Contains("contamination.json", tampered.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_holds_no_digests_is_refused_before_any_work()
    {
        var dossier = _temp.PathTo("dossier");
        var result = Gate(dossier, "--training-digests", Executable.DemoPolicy);
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("Make it with 'loragate contamination digest'", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(dossier));
    }

    public void Dispose() => _temp.Dispose();

    private static void AssertOutcome(ShellResult result, int code, string dossier, Outcome outcome)
    {
        Assert.True(result.ExitCode == code, result.Error);
        Assert.Equal(outcome, Record.ReadFile<Decision>(Path.Combine(dossier, "decision.json")).Rules.Single(rule => rule.Id == "unseen").Outcome);
    }

    /// <summary>Each question inside of a longer training text.</summary>
    private static string Inside(string questions) => string.Concat(File.ReadLines(questions).Select(line => new JsonObject { ["prompt"] = $"Ticket: {string.Join(" ", JsonNode.Parse(line)!.AsObject().Select(field => field.Value!.ToString()))} Route it." }.ToJsonString() + "\n"));

    private string Digests(string name, string training)
    {
        var digests = _temp.PathTo(name + ".digests");
        Executable.Must("contamination", "digest", "--training", _temp.Write(name + ".jsonl", System.Text.Encoding.UTF8.GetBytes(training)), "--output", digests);
        return digests;
    }

    private ShellResult Gate(string dossier, params string[] more) => Executable.Run(
        ["gate", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--policy", TestPolicy.Pinned(_temp, ("rules:\n", Rule)), "--data", Executable.Samples, "--dossier", dossier, "--key", demo.Key, "--device", "cpu", .. more]);
}
