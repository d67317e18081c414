using System.Text;
using Loragate.Governance.Policies.Reviewing;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

public sealed class PolicyCheckTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void A_sound_policy_has_no_faults_and_its_power_is_told()
    {
        var (check, result) = Check(Executable.DemoPolicy, "--data", Executable.Samples);
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(check.Faults);
        Assert.Equal(["no-approval"], check.Warnings.Select(warning => warning.Id));
        Assert.All(check.Tasks, task => Assert.True(task.Pinned && task.Rows > 0));
        Assert.All(check.Powers, power => Assert.True(power.Available >= power.Needed && power.Power >= power.Planned));
        Assert.Equal(150, check.Powers.Single(power => power.Rule == "gender-level").Available);
        Assert.Equal(15, check.Powers.Single(power => power.Rule == "gender-level").Clusters);
        Assert.Contains("a loss of less than", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_data_items_are_not_claimed_and_the_reader_is_told_so()
    {
        var (check, result) = Check(Executable.DemoPolicy);
        Assert.Equal(0, result.ExitCode);
        Assert.All(check.Powers, power => Assert.Null(power.Available));
        Assert.Contains("No data was read", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_fault_of_the_file_is_told_at_once_with_its_line()
    {
        var (check, result) = Check(TestPolicy.Pinned(_temp, ("alpha: 0.05", "alpha: 2"), ("margin: 0.1", "margin: ten"), ("check: merge-fidelity", "check: vibes")));
        Assert.Equal(4, result.ExitCode);
        Assert.Null(check.Policy);
        Assert.Equal(3, check.Faults.Count);
        Assert.All(check.Faults, fault => Assert.Contains($"line {fault.Line}: {fault.Message.TrimEnd('.')}", result.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void Faults_of_tasks_metrics_and_power_are_told_together()
    {
        var (check, result) = Check(TestPolicy.Unpinned(_temp, ("sample_routing.yaml", "nowhere.yaml"), ("    task: facts\n    metric: acc", "    task: facts\n    metric: accuracy"), ("maximum: 0.15\n    # Assumed: no drift", "maximum: 0.05\n    # Assumed: no drift")), "--data", Executable.Samples);
        Assert.Equal(4, result.ExitCode);
        Assert.Equal(3, check.Faults.Count);
        Assert.Contains(check.Faults, fault => fault.Message.Contains("nowhere.yaml", StringComparison.Ordinal));
        Assert.Contains(check.Faults, fault => fault.Message.Contains("'accuracy'", StringComparison.Ordinal) && fault.Message.Contains("acc_norm", StringComparison.Ordinal));
        Assert.Contains(check.Faults, fault => fault.Message.Contains("the rule 'gender-drift' needs", StringComparison.Ordinal));
        Assert.Equal(check.Faults.Select(fault => fault.Line).Order(), check.Faults.Select(fault => fault.Line));
        Assert.Equal(3, check.Warnings.Count(warning => warning.Id == "no-pin"));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("groups: [a, b]|groups: [a, c]", "items of the group 'b', which the rule does not name")]
    [InlineData("groups: [a, b]|groups: [a, b, c]", "fewer than 10 items")]
    [InlineData("positive: 1|positive: 2", "takes the choice 2 for the positive one")]
    [InlineData("metric: selection-rate|metric: equal-opportunity", "fewer than 10 items")]
    public void A_rule_of_fairness_that_the_rows_never_decide_is_a_fault(string edit, string? fault)
    {
        const string policy = """
            schema: loragate.policy/1
            name: one
            version: "1"
            description: One rule.
            alpha: 0.05
            tasks:
              loans: {file: loans.yaml, purpose: loans}
            rules:
              - {id: alike, check: group-fairness, severity: block, why: why, task: loans, metric: selection-rate, group: g, groups: [a, b], positive: 1, maximum: 0.9, plan: {deviation: 0.3, power: 0.5}}
            """;
        _temp.Write("data/rows.jsonl", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 40).Select(i => $"{{\"q\": \"{i}\", \"g\": \"{(i % 2 == 0 ? "a" : "b")}\", \"gold\": {(i < 4 ? 1 : 0)}}}\n"))));
        _temp.Write("loans.yaml", Encoding.UTF8.GetBytes("task: loans\ndataset_path: json\ndataset_kwargs: {data_files: {test: rows.jsonl}}\ntest_split: test\noutput_type: multiple_choice\ndoc_to_text: q\ndoc_to_choice: [\"no\", \"yes\"]\ndoc_to_target: gold\n"));
        var parts = edit.Split('|');
        var (check, _) = Check(_temp.Write("policy.yaml", Encoding.UTF8.GetBytes(edit.Length == 0 ? policy : policy.Replace(parts[0], parts[1], StringComparison.Ordinal))), "--data", _temp.PathTo("data"));
        if (fault is null)
            Assert.Empty(check.Faults);
        else
            Assert.Contains(check.Faults, found => found.Message.Contains(fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("    better: lower\n", true, "asks for less of 'acc', of which more is better in 'facts'")]
    [InlineData("", false, "asks for more of 'acc', of which less is better in 'facts'")]
    public void A_rule_that_takes_a_worse_model_for_a_better_one_is_a_fault(string better, bool higherIsBetter, string fault)
    {
        var policy = TestPolicy.Unpinned(_temp, ("    metric: acc\n    margin: 0.1", $"    metric: acc\n{better}    margin: 0.1"));
        var task = _temp.PathTo("policies", "tasks", "sample_facts.yaml");
        File.WriteAllText(task, File.ReadAllText(task).Replace("higher_is_better: true", higherIsBetter ? "higher_is_better: true" : "higher_is_better: false", StringComparison.Ordinal));
        var (check, result) = Check(policy);
        Assert.Equal(4, result.ExitCode);
        Assert.Contains(fault, Assert.Single(check.Faults).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("    metric: loglikelihood\n    better: lower\n    margin: 3", "asks for less of 'loglikelihood', of which more is better in 'corpus'")]
    [InlineData("    metric: loglikelihood\n    margin: 3", null)]
    [InlineData("    metric: words\n    margin: 3", "reads the metric 'words', which the items of 'corpus' do not have; they have loglikelihood")]
    public void A_text_that_became_less_likely_is_no_gain(string rule, string? fault)
    {
        var policy = TestPolicy.Unpinned(_temp, ("    task: facts\n    metric: acc\n    margin: 0.1", "    task: corpus\n" + rule), ("plan: {discordance: 0.2, power: 0.9}", "plan: {deviation: 4, power: 0.9}"), ("rules:\n", "  corpus:\n    file: tasks/sample_corpus.yaml\n    purpose: Plain text.\n\nrules:\n"));
        var (check, _) = Check(policy);
        Assert.Equal(fault is null ? 0 : 1, check.Faults.Count(found => found.Message.Contains(fault ?? "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Files_that_are_not_the_pinned_ones_are_an_integrity_fault()
    {
        var policy = TestPolicy.Pinned(_temp);
        var data = _temp.Copy(Path.Combine(Executable.Samples, "data"), "root/data");
        File.AppendAllText(Path.Combine(data, "facts.jsonl"), File.ReadLines(Path.Combine(data, "facts.jsonl")).First() + "\n");
        File.AppendAllText(_temp.PathTo("policies", "tasks", "sample_routing.yaml"), "# changed\n");
        var (check, result) = Check(policy, "--data", _temp.PathTo("root"));
        Assert.Equal(3, result.ExitCode);
        Assert.Equal(2, check.Faults.Count);
        Assert.All(check.Faults, fault => Assert.Contains("where the policy pins", fault.Message, StringComparison.Ordinal));
    }

    public void Dispose() => _temp.Dispose();

    private static (PolicyCheck Check, ShellResult Result) Check(string policy, params string[] more)
    {
        var result = Executable.Run(["policy", "check", policy, "--json", .. more]);
        return (Record.Parse<PolicyCheck>(Encoding.UTF8.GetBytes(result.Output.TrimEnd()), "output"), result);
    }
}
