using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Training;
using Loragate.Cli.Trials;
using Loragate.Governance.Trials;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

public sealed class TrialTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void A_plan_is_run_shown_with_its_watts_and_recommended_from()
    {
        var output = _temp.PathTo("out");
        var run = Executable.Must([.. Small(output), "--json"]);
        Assert.Contains("\"loragate.trial-report/1\"", run.Output, StringComparison.Ordinal);
        var shown = Executable.Must("trial", "show", "--trials", output);
        Assert.Matches(@"All training together \(1 run\): \d+ s \(\d+ s\), \d+\.\d kJ\.", shown.Error);
        Assert.Contains("loss without it", shown.Error, StringComparison.Ordinal);
        var result = Artifacts.Records.Record.ReadFile<TrialReport>(Path.Combine(output, TrialReport.FileName)).Results[0];
        using var json = System.Text.Json.JsonDocument.Parse(Executable.Must("trial", "show", "--trials", output, "--json").Output);
        var printed = json.RootElement.GetProperty("results")[0];
        Assert.Equal((4, 28), (printed.GetProperty("layers").GetArrayLength(), printed.GetProperty("spectrum").GetArrayLength()));
        Assert.Equal(result.Spectrum[0].EffectiveRank, printed.GetProperty("spectrum")[0].GetProperty("effectiveRank").GetDouble());

        Assert.Contains("against lora-r1-lr0.001", Executable.Must("trial", "show", "--trials", output, "--against", "lora-r1-lr0.001").Error, StringComparison.Ordinal);
        var unknown = Executable.Run("trial", "show", "--trials", output, "--against", "nobody");
        Assert.Equal(64, unknown.ExitCode);
        Assert.Contains("'nobody' is no trial of the last round, which has: lora-r1-lr0.001.", unknown.Error, StringComparison.Ordinal);

        // Two steps teach nothing: that is a plain no.
        var recommended = Executable.Run("recommend", "--trials", output);
        Assert.Equal(1, recommended.ExitCode);
        Assert.Contains("Build on none of them.", recommended.Output + recommended.Error, StringComparison.Ordinal);

        var margin = Executable.Run("recommend", "--trials", output, "--margin", "0.2");
        Assert.Equal(64, margin.ExitCode);
        Assert.Contains("these trials measured nothing of the kind", margin.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_whose_methods_begin_in_other_rounds_is_shown_and_recommended_from()
    {
        var output = _temp.PathTo("out");
        var command = Small(output);
        var plan = _temp.PathTo("plan.yaml");
        File.WriteAllText(plan, File.ReadAllText(plan).Replace("trials:\n", "halving: 2\ntrials:\n  - {method: lora, rank: 2, learningRate: 0.001}\n  - {method: prompt, size: 2, learningRate: 0.001}\n", StringComparison.Ordinal));
        Executable.Must(command);
        var report = Artifacts.Records.Record.ReadFile<TrialReport>(Path.Combine(output, TrialReport.FileName));
        Assert.Equal([2, 2], report.Rounds.Select(round => round.Runs.Count));
        Assert.Contains("prompt-2-lr0.001", report.Rounds[1].Runs.Select(run => run.Id));
        Assert.Equal(3, report.Planned!.Methods.Values.Sum(ids => ids.Count));
        Executable.Must("trial", "show", "--trials", output);
        Assert.Equal(1, Executable.Run("recommend", "--trials", output).ExitCode);
    }

    [Fact]
    public void A_disk_that_is_full_while_a_trial_is_trained_is_told_and_the_run_goes_on_later()
    {
        // An evaluation report of twelve rows is smaller, a training's state larger.
        var output = _temp.PathTo("out");
        var full = Executable.RunOnSmallDisk(64, Small(output));
        Assert.Equal(4, full.ExitCode);
        Assert.Contains("free space", full.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(output, "evaluations", "base", "sample_routing.json")));
        Assert.False(File.Exists(Path.Combine(output, "trial-report.json")));
        _ = Executable.Must(Small(output));
    }

    [Theory]
    [InlineData("lora", "rank: 8", "lora-r8-lr0.008")]
    [InlineData("lora", "rank: 8, rslora: true, alphaPerRank: 0.75", "lora-r8-a0.75-rs-lr0.008")]
    [InlineData("dora", "rank: 8", "dora-r8-lr0.008")]
    public void An_adapter_that_a_trial_chose_passes_the_gate_that_asks_for_a_trial(string method, string settings, string id)
    {
        using var gate = new SampleGate();
        var output = _temp.PathTo("out");
        var (plan, policy) = (ShortPlan.Write(_temp, $"method: {method}, {settings}"), ShortPlan.WritePolicy(_temp, $"methods: [{method}]"));
        Executable.Must("trial", "run", "--base", Executable.Base, "--plan", plan, "--device", "cpu", "--output", output);
        string[] arguments = ["gate", "--base", Executable.Base, "--policy", policy, "--data", Executable.Samples, "--key", gate.Key, "--device", "cpu", "--trials", output];
        Executable.Must([.. arguments, "--adapter", Path.Combine(output, "rounds", "1", id), "--dossier", _temp.PathTo("tried")]);
        var decision = Artifacts.Records.Record.ReadFile<Decision>(_temp.PathTo("tried", "decision.json"));
        Assert.Equal(("trial", Outcome.Passed), (decision.Rules[0].Check, decision.Rules[0].Outcome));

        // Another adapter is none of the trials.
        Assert.NotEqual(0, Executable.Run([.. arguments, "--adapter", Executable.Adapter("routing-good"), "--dossier", _temp.PathTo("other")]).ExitCode);
    }

    [Fact]
    public void All_five_methods_beat_the_base_on_the_sample()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LORAGATE_LONG") == "1", "Takes minutes: LORAGATE_LONG=1 runs it.");
        var output = _temp.PathTo("out");
        Executable.Must("trial", "run", "--base", Executable.Base, "--plan", Path.Combine(Executable.Samples, "trials", "methods.yaml"), "--device", "cpu", "--output", output);
        var report = Artifacts.Records.Record.ReadFile<TrialReport>(Path.Combine(output, TrialReport.FileName));
        Assert.Equal(TrainedMethod.Names.Order(), new TrialFindings(report, 0.05).Better.Select(result => result.Method.Name).Order());
    }

    [Fact]
    public void Halving_finds_the_whole_grids_best_within_its_interval_for_a_third_of_its_steps_and_less_than_two_fifths_of_its_processor_time()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LORAGATE_LONG") == "1", "Takes minutes: LORAGATE_LONG=1 runs it.");
        var (halved, halvedSeconds) = Timed("ranks");
        var (grid, gridSeconds) = Timed("grid");
        TrialScore ScoreOf(TrialReport report, string? id) => report.Results.Single(result => result.Id == id).Task;
        var best = TrialComparison.Interval(ScoreOf(grid, Recommendation.Of(grid).Best));
        Assert.InRange(ScoreOf(halved, Recommendation.Of(halved).Id).Value, best.Lower, best.Upper);
        Assert.Equal(Steps(grid), 3 * Steps(halved));
        Assert.True(5 * halvedSeconds < 2 * gridSeconds, $"{halvedSeconds:0} s and {gridSeconds:0} s");
    }

    [Fact]
    public void A_base_that_is_not_there_is_told_as_such()
    {
        var mistyped = _temp.PathTo("mistyped");
        var run = Executable.Run([.. Small(_temp.PathTo("out")).Select(part => part == Executable.Base ? mistyped : part)]);
        Assert.Equal(4, run.ExitCode);
        Assert.Contains($"{mistyped}: no such folder", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temp.PathTo("out")));
    }

    [Theory]
    [InlineData("recommend")]
    [InlineData("trial", "show")]
    public void A_folder_without_trials_is_named_as_such(params string[] verb)
    {
        var result = Executable.Run([.. verb, "--trials", Executable.Samples]);
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("no trial-report.json. Give --trials the folder of a 'loragate trial run' that ended", result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();

    private static long Steps(TrialReport report) => report.Rounds.Sum(round => (long)round.Steps * round.Runs.Count);

    /// <summary>A plan of the sample's, and the processor seconds of its whole run: training, scoring, looking into what came of it.</summary>
    private (TrialReport Report, double Seconds) Timed(string plan)
    {
        var output = _temp.PathTo(plan);
        string[] command = ["dotnet", "loragate.dll", "trial", "run", "--base", Executable.Base, "--plan", Path.Combine(Executable.Samples, "trials", plan + ".yaml"), "--device", "cpu", "--output", output];
        var run = Shell.Run("bash", AppContext.BaseDirectory, ["-c", $"{string.Join(' ', command.Select(part => $"'{part}'"))} && times"]);
        Assert.True(run.ExitCode == 0, run.Error);
        var seconds = Regex.Matches(run.Output, @"(\d+)m([\d.]+)s").Sum(time => (60 * double.Parse(time.Groups[1].Value, CultureInfo.InvariantCulture)) + double.Parse(time.Groups[2].Value, CultureInfo.InvariantCulture));
        return (Artifacts.Records.Record.ReadFile<TrialReport>(Path.Combine(output, TrialReport.FileName)), seconds);
    }

    /// <summary>The command that runs a plan of one small trial.</summary>
    private string[] Small(string output)
    {
        Directory.CreateDirectory(_temp.PathTo("data"));
        foreach (var (sample, file, rows) in new[] { ("training/routing-validation.jsonl", "data.jsonl", 12), ("training/routing.jsonl", "validation.jsonl", 4), ("data/routing.jsonl", "data/routing.jsonl", 12) })
            File.WriteAllLines(_temp.PathTo(file), File.ReadLines(Path.Combine(Executable.Samples, sample)).Take(rows));
        File.Copy(Path.Combine(Executable.Samples, "tasks", "sample_routing.yaml"), _temp.PathTo("routing.yaml"), overwrite: true);
        var plan = _temp.Write("plan.yaml", Encoding.UTF8.GetBytes(
            "schema: loragate.trial-plan/1\nname: p\ndata: [data.jsonl]\nvalidation: validation.jsonl\ntask: {file: routing.yaml, metric: acc}\nsteps: 2\nbatch: 4\nwatts: 1000\ntrials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n"));
        return ["trial", "run", "--base", Executable.Base, "--plan", plan, "--device", "cpu", "--output", output];
    }
}
