using System.Text;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Tasks;
using Loragate.Testing;
using Loragate.Tuning.Methods;
using Loragate.Tuning.Optimizing;

namespace Loragate.Tuning.Trials;

public sealed class TrialPlanFileTests : IDisposable
{
    private const string Head = "schema: loragate.trial-plan/1\nname: p\ndata: [a.jsonl]\nvalidation: b.jsonl\ntask: {file: t.yaml, metric: acc}\nsteps: 10\n";

    private readonly TempFolder _temp = new();

    public static TheoryData<string> Shipped => [.. Directory.EnumerateFiles(Repository.PathTo("samples", "trials"), "*.yaml").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void A_plan_of_the_sample_parses_and_its_files_are_there(string file)
    {
        var plan = TrialPlanFile.Read(Repository.PathTo("samples", "trials", file));
        Assert.All(plan.Data.Concat(plan.Validation).Append(plan.Task.File).Append(plan.Retained!.File), path => Assert.True(File.Exists(path), path));
        Assert.NotEmpty(plan.Trials);
    }

    [Fact]
    public void The_example_of_the_page_parses()
    {
        var page = File.ReadAllText(Repository.PathTo("docs", "formats", "trial.v1.md"));
        var start = page.IndexOf("```yaml\n", StringComparison.Ordinal) + "```yaml\n".Length;
        var plan = Read(page[start..page.IndexOf("```", start, StringComparison.Ordinal)]);
        Assert.Equal(4 * 2 + 1 + 1 + 1 + 2 + 1, plan.Trials.Count);
    }

    [Fact]
    public void An_entry_stands_for_every_combination()
    {
        var plan = Read(Head + "trials:\n  - {method: lora, rank: [2, 8], targets: [[q_proj], [q_proj, v_proj]], learningRate: [0.001, 0.01]}\n");
        Assert.Equal(8, plan.Trials.Count);
        Assert.Contains("lora-r8-q_proj+v_proj-lr0.01", plan.Trials.Select(t => t.Id));
        Assert.All(plan.Trials, trial => Assert.Equal(2, ((LoraMethod)trial.Method).Alpha / ((LoraMethod)trial.Method).Rank));
    }

    [Fact]
    public void Every_method_that_records_name_can_be_tried() => Assert.Equal(
        TrainedMethod.Names,
        Read(Head + "trials:\n" + string.Concat(TrainedMethod.Names.Select(name => $"  - {{method: {name}, learningRate: 0.1}}\n"))).Trials.Select(trial => trial.Method.Name));

    [Fact]
    public void A_method_that_learns_slowly_has_steps_of_its_own()
    {
        var plan = Read(Head + "trials:\n  - {method: full, learningRate: 0.1}\n  - {method: prompt, learningRate: [0.1, 0.3], steps: 50}\n");
        Assert.Equal([null, 50, 50], plan.Trials.Select(t => t.Steps));
        Assert.Equal(10 + 50 + 50, plan.PlannedSteps);
    }

    [Fact]
    public void Everything_that_an_entry_lists_is_combined_and_named()
    {
        var plan = Read(Head + "trials:\n  - {method: lora, rank: 2, alphaPerRank: [1, 2], dropout: [0, 0.1], layers: [[0, 3], [1]], rslora: true, learningRate: 0.000000001}\n");
        Assert.Equal(8, plan.Trials.Count);
        Assert.Contains("lora-r2-a1-rs-d0.1-l0+3-lr1E-09", plan.Trials.Select(t => t.Id));
        Assert.Equal([1, 1, 1, 1, 2, 2, 2, 2], plan.Trials.Select(t => ((LoraMethod)t.Method).Alpha / 2).Order());
        Assert.Equal(4, plan.Trials.Count(t => ((LoraMethod)t.Method).Layers.SequenceEqual([0, 3])));
    }

    [Fact]
    public void What_holds_for_all_trials_is_read()
    {
        var plan = Read(Head + "schedule: linear\nwarmUp: 0.1\nallowRepeats: true\nhalving: 2\nfinalists: 2\nretained: {file: u.yaml, metric: acc, margin: 0.03}\ntrials:\n  - {method: full, learningRate: [0.1, 0.2, 0.3]}\n");
        Assert.Equal((Schedule.Linear, 0.1, true, 2, 0.03, 0.05), (plan.Schedule, plan.WarmUp, plan.AllowRepeats, plan.Finalists, plan.Retained!.Margin, plan.Task.Margin));
        Assert.Equal(3 * 5 + 2 * 10, plan.PlannedSteps);
    }

    [Theory]
    [InlineData("seed: -7\ntrials:\n  - {method: full, learningRate: 0.1}\n", "'seed': below 0")]
    [InlineData("trials:\n  - {method: lora, dropout: [], learningRate: 0.1}\n", "'dropout': an empty list")]
    [InlineData("trials:\n  - {method: lora, dropout: 1, learningRate: 0.1}\n", "'dropout': no share")]
    [InlineData("trials:\n  - {method: lora, targets: [], learningRate: 0.1}\n", "'targets': not a list, or an empty one")]
    [InlineData("trials:\n  - {method: lora, targets: [../up], learningRate: 0.1}\n", "which is no file name")]
    [InlineData("trials:\n  - {method: lora, layers: [x], learningRate: 0.1}\n", "no index of a layer")]
    [InlineData("trials:\n  - {method: full, learningRate: []}\n", "'learningRate': an empty list")]
    [InlineData("trials:\n  - {method: full, learningRate: -0.1}\n", "'learningRate': not a positive number")]
    [InlineData("trials:\n  - {method: full, learningRate: .inf}\n", ".inf")]
    [InlineData("budget: -5\nwatts: -1\nwarmUp: 1\ntrials:\n  - {method: full, learningRate: 0.1}\n", "a warm-up that is no share of the steps, from 0 to below 1; a budget below 1; watts that are not positive")]
    [InlineData("watts: [1, 2]\ntrials:\n  - {method: full, learningRate: 0.1}\n", "'watts'")]
    [InlineData("finalists: 2\ntrials:\n  - {method: full, learningRate: 0.1}\n", "finalists in a plan that does not halve")]
    [InlineData("schedule: steep\ntrials:\n  - {method: full, learningRate: 0.1}\n", "'steep' is none of cosine, linear, constant")]
    [InlineData("retained: {file: t.yaml, metric: acc, margin: 0}\ntrials:\n  - {method: full, learningRate: 0.1}\n", "a margin that is no share")]
    [InlineData("halving: 2\ntrials:\n  - {method: full, learningRate: [0.1, 0.2], steps: 5}\n", "in a plan that halves")]
    [InlineData("trials:\n  - {method: full, learningRate: 0.1, steps: 0}\n", "steps, accumulation or batch below 1")]
    [InlineData("accumulation: 0\ntrials:\n  - {method: full, learningRate: 0.1}\n", "steps, accumulation or batch below 1")]
    [InlineData("precision: float64\ntrials:\n  - {method: full, learningRate: 0.1}\n", "'float64' is none of float32, stored")]
    [InlineData("trials:\n  - {method: magic, learningRate: 0.1}\n", "'magic' is none of")]
    [InlineData("trials:\n  - {method: full, rank: 8, learningRate: 0.1}\n", "'rank': the key is unknown")]
    [InlineData("trials:\n  - {method: full}\n", "the key 'learningRate' is missing")]
    [InlineData("trials:\n  - {method: full, learningRate: 1e-3}\n", "not a number (write 0.001, not 1e-3)")]
    [InlineData("trials:\n  - {method: lora, rank: 0, learningRate: 0.1}\n", "not a positive whole number")]
    [InlineData("trials:\n  - {method: full, learningRate: [0.1, 0.1]}\n", "comes twice")]
    [InlineData("budget: 19\ntrials:\n  - {method: full, learningRate: [0.1, 0.2]}\n", "20 steps are planned, and the budget has 19")]
    [InlineData("halving: 1\ntrials:\n  - {method: full, learningRate: 0.1}\n", "halving below 2")]
    [InlineData("trials: []\n", "'trials': the key is missing, or lists nothing")]
    [InlineData("trials:\n  - {method: lora, rankPattern: {q_proj: 4}, learningRate: 0.1}\n", "the key 'label' is missing")]
    [InlineData("trials:\n  - {method: lora, label: wide, rankPattern: {q_proj: [4, 5]}, learningRate: 0.1}\n", "'q_proj': not one number")]
    [InlineData("speed: 9\ntrials:\n  - {method: full, learningRate: 0.1}\n", "key 'speed'")]
    public void An_unsuitable_plan_is_refused(string rest, string words)
    {
        var fault = Record.Exception(() => Read(Head + rest));
        Assert.True(fault is TuningException or TaskException, $"{fault}");
        Assert.Contains(words, fault.Message);
    }

    [Fact]
    public void A_whole_number_beyond_every_double_is_refused_before_anything_is_trained()
    {
        var fault = Assert.ThrowsAny<Exception>(() => Read(Head + $"watts: 1{new string('0', 400)}\ntrials:\n  - {{method: full, learningRate: 0.1}}\n"));
        Assert.True(fault is TuningException or TaskException, $"{fault}");
        Assert.Contains("'watts'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_fault_is_told_at_once_in_words_of_the_plan()
    {
        var fault = Assert.Throws<TuningException>(() => Read("schema: loragate.trial-plan/1\nname: 3\nspeed: 9\npace: 8\ntask: {metric: acc, fast: true}\nbatch: 0\ntrials:\n  - {method: magic}\n  - {method: full}\n"));
        string[] faults = ["'name': not a text", "'data' is missing", "'validation' is missing", "'file' is missing", "'fast': the key is unknown", "'steps' is missing", "'magic' is none of", "'learningRate' is missing", "batch below 1", "'speed': the key is unknown", "'pace': the key is unknown"];
        Assert.All(faults, words => Assert.Contains(words, fault.Message, StringComparison.Ordinal));
        Assert.EndsWith("Correct the plan.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_plan_of_very_many_trials_is_counted_before_they_are_made()
    {
        var many = string.Join(", ", Enumerable.Range(1, 2000));
        var fault = Assert.Throws<TuningException>(() => Read(Head + $"trials:\n  - {{method: lora, rank: [{many}], alphaPerRank: [{many}], learningRate: [{many}]}}\n"));
        Assert.Contains("the entry stands for 8000000000 trials, and 1000 more may be planned", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Patterns_of_ranks_and_alphas_are_PEFTs()
    {
        var plan = Read(Head + "trials:\n  - {method: lora, rank: [4, 8], rankPattern: {down_proj: 16, 'layers\\.0\\..*q_proj': 2}, alphaPattern: {down_proj: 16.5}, label: wide-down, learningRate: 0.1}\n");
        Assert.Equal(["lora-r4-wide-down-lr0.1", "lora-r8-wide-down-lr0.1"], plan.Trials.Select(t => t.Id));
        var method = (LoraMethod)plan.Trials[0].Method;
        Assert.Equal([new("down_proj", 16), new(@"layers\.0\..*q_proj", 2)], method.RankPattern);
        Assert.Equal([new("down_proj", 16.5)], method.AlphaPattern);
    }

    public void Dispose() => _temp.Dispose();

    private TrialPlan Read(string text) => TrialPlanFile.Read(_temp.Write("plan.yaml", Encoding.UTF8.GetBytes(text)));
}
