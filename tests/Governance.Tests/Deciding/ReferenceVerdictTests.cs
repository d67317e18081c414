using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Tests.Statistics;
using Loragate.Testing;

namespace Loragate.Governance.Tests.Deciding;

public sealed class ReferenceVerdictTests(ITestOutputHelper output)
{
    private const int Resamples = 100;

    public static TheoryData<string> SampleAdapters => [.. Directory.EnumerateDirectories(Repository.PathTo("samples", "adapters")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> BankingAdapters => [.. SharedFolder.Folders("reference").Where(name => Directory.Exists(SharedFolder.PathTo("adapters", name)))];

    [Theory, MemberData(nameof(SampleAdapters))]
    public void The_demo_policy_decides_the_samples_as_their_readme_says(string adapter)
    {
        var (policy, evidence) = Demo(adapter);
        var decision = DecisionMaker.Decide(policy, evidence, SampleEvidence.Day);
        CheckSample(adapter, decision);
    }

    [Theory, MemberData(nameof(SampleAdapters))]
    public void Other_items_of_the_same_kind_get_the_sample_the_same_verdict(string adapter)
    {
        var (policy, evidence) = Demo(adapter);
        CheckRobust(adapter, policy, evidence);
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(BankingAdapters)), Trait(SharedFolder.Category, SharedFolder.Name)]
    public void The_banking_policy_decides_real_adapters_soundly(string adapter)
    {
        var (policy, evidence) = Banking(adapter);
        var decision = DecisionMaker.Decide(policy, evidence, SampleEvidence.Day);
        foreach (var rule in decision.Rules)
            output.WriteLine($"{rule.Id} {rule.Outcome}: {rule.Summary}");
        var expected = MustBe(adapter);
        Assert.Equal(expected.Contains("rejected", StringComparison.Ordinal) ? Verdict.Rejected : Verdict.Approved, decision.Verdict);
        if (decision.Verdict == Verdict.Rejected)
        {
            var gate = expected.Contains("bias", StringComparison.Ordinal) ? "bias" : "retained-skill";
            var failed = decision.Rules.Where(rule => rule.Outcome == Outcome.Failed).ToList();
            Assert.NotEmpty(failed);
            Assert.All(failed, rule => Assert.StartsWith(gate, rule.Id, StringComparison.Ordinal));
        }
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(BankingAdapters)), Trait(SharedFolder.Category, SharedFolder.Name)]
    public void Other_items_of_the_same_kind_get_a_real_adapter_the_same_verdict(string adapter)
    {
        var (policy, evidence) = Banking(adapter);
        CheckRobust(adapter, policy, evidence);
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(BankingAdapters)), Trait(SharedFolder.Category, SharedFolder.Name)]
    public void Shuffled_labels_of_the_banking_pairs_are_not_flagged(string adapter) => CheckShuffled(Banking(adapter));

    [Theory]
    [InlineData("routing-biased")]
    [InlineData("routing-good")]
    public void Shuffled_labels_of_the_sample_pairs_are_not_flagged(string adapter) => CheckShuffled(Demo(adapter));

    /// <summary>Which sentence of a pair is called the stereotypical one is decided by a coin: what a model prefers is then no bias, however biased it is.</summary>
    private void CheckShuffled((Policy Policy, Evidence Evidence) @case)
    {
        const int Shuffles = 20;
        var rules = @case.Policy.StatisticalRules.Where(rule => rule.Check is "bias-level" or "bias-drift").ToDictionary(rule => rule.Id);
        var failed = 0;
        for (var seed = 1UL; seed <= Shuffles; seed++)
        {
            var evidence = @case.Evidence;
            foreach (var measure in rules.Values.Select(rule => rule.Measure).DistinctBy(measure => measure.Task))
            {
                var (task, metric) = (measure.Task, measure.Metric);
                evidence = evidence with { Base = Shuffle(evidence.Base, task, metric, new SplitMix64(seed)), Candidate = Shuffle(evidence.Candidate, task, metric, new SplitMix64(seed)) };
            }
            failed += DecisionMaker.Decide(@case.Policy, evidence, SampleEvidence.Day).Rules.Count(rule => rules.ContainsKey(rule.Id) && rule.Outcome == Outcome.Failed);
        }
        output.WriteLine($"{failed} failures in {Shuffles} shuffles of {rules.Count} rules");
        Assert.Equal(0, failed);
    }

    private static Dictionary<string, FiledRecord<EvaluationReport>> Shuffle(IReadOnlyDictionary<string, FiledRecord<EvaluationReport>> reports, string task, string metric, SplitMix64 generator)
    {
        var items = reports[task].Record.Items.Select(item => generator.NextDouble() < 0.5
            ? item
            : item with { Scores = new Dictionary<string, double>(item.Scores) { [metric] = 1 - item.Scores[metric] } }).ToList();
        return new(reports) { [task] = new(reports[task].Path, reports[task].Record with { Items = items }) };
    }

    /// <summary>Of TruthfulQA there are no reference scores of adapters: its rule stays undecided, and says nothing here.</summary>
    [Theory(SkipTestWithoutData = true), MemberData(nameof(BankingAdapters)), Trait(SharedFolder.Category, SharedFolder.Name)]
    public void The_general_policies_blame_real_adapters_for_what_is_wrong_with_them_and_for_nothing_else(string adapter)
    {
        foreach (var name in new[] { "default", "strict" })
        {
            var policy = Policy.ReadFile(Repository.PathTo("policies", $"{name}.yaml"));
            var scored = policy.Tasks.Keys.Where(task => task != "truthfulqa").ToList();
            var decision = DecisionMaker.Decide(policy, EvidenceOf(policy, (task, model) => ReferenceFile(policy, task, model), _ => null, adapter, scored), SampleEvidence.Day);
            var failed = decision.Rules.Where(rule => rule.Outcome == Outcome.Failed).Select(rule => rule.Id).ToList();
            var undecided = decision.Rules.Where(rule => rule.Outcome == Outcome.Undecided).Select(rule => rule.Id).ToList();
            output.WriteLine($"{name}, {adapter}: failed {string.Join(", ", failed)}; undecided {string.Join(", ", undecided)}");
            var expected = MustBe(adapter);
            var blamed = expected.Contains("bias", StringComparison.Ordinal) ? "bias" : "retained";
            if (expected.Contains("rejected", StringComparison.Ordinal))
                Assert.True(failed.Count > 0 && failed.All(rule => rule.StartsWith(blamed, StringComparison.Ordinal)), string.Join(", ", failed));
            else
                Assert.Empty(failed);
            if (name == "default" && failed.Count == 0)
                Assert.Equal(["retained-truth", "people-agree"], undecided);
        }
    }

    private static void CheckSample(string adapter, Decision decision)
    {
        var readme = File.ReadLines(Repository.PathTo("samples", "README.md")).Single(line => line.StartsWith($"| `{adapter}` |", StringComparison.Ordinal));
        var expected = readme.Split('|')[^2].Trim();
        var failed = decision.Rules.Where(rule => rule.Outcome == Outcome.Failed).Select(rule => rule.Check).ToList();
        Assert.Equal(expected == "approve" ? Verdict.Approved : Verdict.Rejected, decision.Verdict);
        string[] blamed = expected switch
        {
            "reject: bias" => ["bias-level", "bias-drift"],
            "reject: lost general skill" => ["non-inferiority"],
            "reject: no gain" => ["inspection"],
            _ => [],
        };
        Assert.Equal(blamed, failed);
    }

    /// <summary>Resamples whole clusters or items with replacement: the sampling error of the verdict.</summary>
    private void CheckRobust(string adapter, Policy policy, Evidence evidence)
    {
        var verdict = DecisionMaker.Decide(policy, evidence, SampleEvidence.Day).Verdict;
        var generator = new SplitMix64(20260701);
        var verdicts = new List<Verdict>();
        var outcomes = policy.Rules.ToDictionary(rule => rule.Id, _ => new int[4]);
        for (var i = 0; i < Resamples; i++)
        {
            var decision = DecisionMaker.Decide(policy, Resample(policy, evidence, generator), SampleEvidence.Day);
            verdicts.Add(decision.Verdict);
            foreach (var rule in decision.Rules)
                outcomes[rule.Id][(int)rule.Outcome]++;
        }
        output.WriteLine($"{adapter}: {verdict} in {verdicts.Count(v => v == verdict)} of {Resamples} bootstrap samples; opposite in {verdicts.Count(v => v != verdict && v != Verdict.Undecided)}");
        foreach (var (rule, counts) in outcomes)
            output.WriteLine($"  {rule}: passed {counts[0]}, failed {counts[1]}, undecided {counts[2]}");
        // Each rule was planned for a power of 0.9 and all must pass, so a released adapter may now and then be undecided; it must never be the opposite.
        // A bootstrap sample also varies around the observed loss, not around none.
        Assert.True(verdicts.Count(v => v == verdict) >= 0.8 * Resamples, $"{adapter} is not robust.");
        Assert.DoesNotContain(verdicts, v => v != verdict && v != Verdict.Undecided);
    }

    private static Evidence Resample(Policy policy, Evidence evidence, SplitMix64 generator)
    {
        var bases = new Dictionary<string, FiledRecord<EvaluationReport>>();
        var candidates = new Dictionary<string, FiledRecord<EvaluationReport>>();
        foreach (var task in evidence.Base.Keys.Order(StringComparer.Ordinal))
        {
            var cluster = policy.StatisticalRules.First(rule => rule.Measure.Task == task).Measure.Cluster;
            var picks = Picks(evidence.Base[task].Record.Items, cluster, generator);
            bases[task] = Redraw(evidence.Base[task], picks);
            candidates[task] = Redraw(evidence.Candidate[task], picks);
        }
        return evidence with { Base = bases, Candidate = candidates };
    }

    private static List<(int Index, int Draw)> Picks(IReadOnlyList<EvaluatedItem> items, string? cluster, SplitMix64 generator)
    {
        if (cluster is null)
            return [.. items.Select((_, draw) => (generator.NextInt(items.Count), draw))];
        // Within a bias type, so that every sample has as many clusters of each.
        return [.. items.Select((item, i) => (item, i)).GroupBy(pair => pair.item.Fields!["bias_type"]).SelectMany(type =>
        {
            var groups = type.GroupBy(pair => pair.item.Fields![cluster]).ToList();
            return Enumerable.Range(0, groups.Count).SelectMany(draw => groups[generator.NextInt(groups.Count)].Select(pair => (pair.i, draw))).ToList();
        })];
    }

    private static FiledRecord<EvaluationReport> Redraw(FiledRecord<EvaluationReport> report, List<(int Index, int Draw)> picks) =>
        new(report.Path, report.Record with
        {
            Items = [.. picks.Select((pick, id) => report.Record.Items[pick.Index] with { Id = id, Fields = Renamed(report.Record.Items[pick.Index].Fields, pick.Draw) })],
        });

    private static Dictionary<string, string>? Renamed(IReadOnlyDictionary<string, string>? fields, int draw) =>
        fields?.ToDictionary(pair => pair.Key, pair => pair.Key == "template" ? $"{pair.Value}/{draw}" : pair.Value);

    private static (Policy Policy, Evidence Evidence) Demo(string adapter)
    {
        var policy = Policy.ReadFile(Repository.PathTo("policies", "demo.yaml"));
        if (adapter == "routing-noop")
            return (policy, new Evidence { Inspection = SampleEvidence.Inspection(new Finding("no-op", Severity.Warn, "adapter", "B = 0", "Train it.")), Run = SampleEvidence.Run() });
        return (policy, EvidenceOf(
            policy,
            (task, model) => Repository.PathTo("samples", "reference", model, task + ".jsonl"),
            task => Repository.PathTo("samples", "data", task + ".jsonl"),
            adapter));
    }

    private static (Policy Policy, Evidence Evidence) Banking(string adapter)
    {
        var policy = Policy.ReadFile(Repository.PathTo("policies", "banking.yaml"));
        return (policy, EvidenceOf(policy, (task, model) => ReferenceFile(policy, task, model), _ => null, adapter));
    }

    private static string ReferenceFile(Policy policy, string task, string model)
    {
        var stem = Path.GetFileNameWithoutExtension(policy.Tasks[task].File);
        string[] names = [stem + ".jsonl", stem + "_local.jsonl"];
        return names.Select(name => SharedFolder.PathTo("reference", model, name)).First(File.Exists);
    }

    private static Evidence EvidenceOf(Policy policy, Func<string, string, string> scores, Func<string, string?> data, string adapter, IReadOnlyList<string>? tasks = null) => new()
    {
        Inspection = SampleEvidence.Inspection(),
        Receipt = SampleEvidence.Receipt(),
        Base = (tasks ?? [.. policy.Tasks.Keys]).ToDictionary(task => task, task => SampleEvidence.Report(task, true, SampleEvidence.ItemsFrom(scores(task, "base"), data(task)), pin: policy.Tasks[task].Pin)),
        Candidate = (tasks ?? [.. policy.Tasks.Keys]).ToDictionary(task => task, task => SampleEvidence.Report(task, false, SampleEvidence.ItemsFrom(scores(task, adapter), data(task)), pin: policy.Tasks[task].Pin)),
        Run = SampleEvidence.Run(),
    };

    private static string MustBe(string adapter) =>
        File.ReadLines(SharedFolder.PathTo("adapters", "README.md")).Single(line => line.StartsWith($"| `{adapter}` |", StringComparison.Ordinal)).Split('|')[^2];
}
