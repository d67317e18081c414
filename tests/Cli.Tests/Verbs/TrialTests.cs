using System.Text;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

public sealed class TrialTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void A_plan_is_run_shown_with_its_watts_and_recommended_from()
    {
        var (plan, output) = (_temp.PathTo("plan.yaml"), _temp.PathTo("out"));
        Directory.CreateDirectory(_temp.PathTo("data"));
        foreach (var (sample, file, rows) in new[] { ("training/routing-validation.jsonl", "data.jsonl", 12), ("training/routing.jsonl", "validation.jsonl", 4), ("data/routing.jsonl", "data/routing.jsonl", 12) })
            File.WriteAllLines(_temp.PathTo(file), File.ReadLines(Path.Combine(Executable.Samples, sample)).Take(rows));
        File.Copy(Path.Combine(Executable.Samples, "tasks", "sample_routing.yaml"), _temp.PathTo("routing.yaml"));
        _temp.Write("plan.yaml", Encoding.UTF8.GetBytes(
            "schema: loragate.trial-plan/1\nname: p\ndata: [data.jsonl]\nvalidation: validation.jsonl\ntask: {file: routing.yaml, metric: acc}\nsteps: 2\nbatch: 4\nwatts: 1000\ntrials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n"));
        var run = Executable.Must("trial", "run", "--base", Executable.Base, "--plan", plan, "--device", "cpu", "--output", output, "--json");
        Assert.Contains("\"loragate.trial-report/1\"", run.Output, StringComparison.Ordinal);
        var shown = Executable.Must("trial", "show", "--trials", output);
        Assert.Contains("kJ", shown.Output + shown.Error, StringComparison.Ordinal);

        // Two steps teach nothing: that is a plain no.
        var recommended = Executable.Run("recommend", "--trials", output);
        Assert.Equal(1, recommended.ExitCode);
        Assert.Contains("Build on none of them.", recommended.Output + recommended.Error, StringComparison.Ordinal);
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
}
