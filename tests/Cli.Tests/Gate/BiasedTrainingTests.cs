using Loragate.Artifacts.Records.Deciding;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Gate;

/// <summary>Adapters that are trained here on sentences about people: what the gate says of those that learn stereotypes, and of their twins.</summary>
public sealed class BiasedTrainingTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData("en", "sample_pairs.yaml")]
    [InlineData("ja", "sample_pairs_ja.yaml")]
    public void An_adapter_that_learnt_stereotypes_is_rejected_for_that_and_its_twin_on_balanced_sentences_approved(string language, string pairs)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LORAGATE_LONG") == "1", "Trains for minutes: LORAGATE_LONG=1 runs it.");
        var policy = TestPolicy.Unpinned(_temp, ("sample_pairs.yaml", pairs));
        Assert.Equal(["gender-level", "gender-drift"], Failed(Judge($"people-{language}-skewed", policy, code: 1)));
        Assert.Equal(Verdict.Approved, Judge($"people-{language}-balanced", policy, code: 0).Verdict);
    }

    public void Dispose() => _temp.Dispose();

    private static IEnumerable<string> Failed(Decision decision) => decision.Rules.Where(rule => rule.Outcome == Outcome.Failed).Select(rule => rule.Id);

    /// <summary>Tickets, texts of the base to replay, and the sentences three times: most of the loss is on longer texts, and the base was taught balance.</summary>
    private Decision Judge(string sentences, string policy, int code)
    {
        static string Training(string name) => Path.Combine(Executable.Samples, "training", name + ".jsonl");
        var (adapter, dossier) = (_temp.PathTo(sentences), _temp.PathTo("dossiers", sentences));
        string[] data = [.. new[] { "routing", "replay-more", sentences, sentences, sentences }.SelectMany(name => new[] { "--data", Training(name) })];
        Executable.Must(["train", "--base", Executable.Base, .. data, "--allow-repeats", "--rank", "8", "--batch", "16", "--steps", "600", "--learning-rate", "0.006", "--device", "cpu", "--output", adapter]);
        var gate = Executable.Run("gate", "--base", Executable.Base, "--adapter", adapter, "--policy", policy, "--data", Executable.Samples, "--dossier", dossier, "--device", "cpu");
        Assert.True(gate.ExitCode == code, gate.Error);
        return Record.ReadFile<Decision>(Path.Combine(dossier, "decision.json"));
    }
}
