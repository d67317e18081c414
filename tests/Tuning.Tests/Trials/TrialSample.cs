using System.Text;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Journals;
using Loragate.Testing;

namespace Loragate.Tuning.Trials;

/// <summary>A few rows of the sample's data and tasks, and plans of four steps over them.</summary>
internal sealed class TrialSample : IDisposable
{
    /// <summary>Two of LoRA, of which one goes on, and one of full fine-tuning, which begins in the last round.</summary>
    public const string Halved = "halving: 2\ntrials:\n  - {method: lora, rank: 2, learningRate: [0.001, 0.01]}\n  - {method: full, learningRate: 0.002}\n";

    public TrialSample()
    {
        Copy("training/routing-validation.jsonl", "data.jsonl", 12);
        Copy("data/routing.jsonl", "data/routing.jsonl", 12);
        Copy("data/facts.jsonl", "data/facts.jsonl", 8);
        File.WriteAllLines(Temp.PathTo("validation.jsonl"), File.ReadLines(Repository.PathTo("samples", "training", "routing.jsonl")).Take(4));
    }

    public TempFolder Temp { get; } = new();

    public string Output => Temp.PathTo("out");

    public void Copy(string sample, string file, int lines)
    {
        Directory.CreateDirectory(Temp.PathTo("data"));
        File.WriteAllLines(Temp.PathTo(file), File.ReadLines(Repository.PathTo("samples", sample)).Take(lines));
    }

    public TrialReport Run(
        string trials, IProgress<TrialProgress>? progress = null, int threads = 1, string? task = null, string data = "data.jsonl", string? output = null, IReadOnlyList<TensorDigest>? weights = null, string? model = null,
        long? free = null, int steps = 4, JournalSeal? seal = null, Action<string>? say = null, Action? started = null, Func<TrialReport, string, bool>? isSigned = null, CancellationToken cancellation = default)
    {
        foreach (var name in new[] { "routing", "facts" })
            File.Copy(Repository.PathTo("samples", "tasks", $"sample_{name}.yaml"), Temp.PathTo($"{name}.yaml"), overwrite: true);
        var plan = $"schema: loragate.trial-plan/1\nname: p\ndata: [{data}]\nvalidation: validation.jsonl\ntask: {{{task ?? "file: routing.yaml, metric: acc"}}}\nretained: {{file: facts.yaml, metric: acc, margin: 0.9}}\nsteps: {steps}\nbatch: 4\n{trials}";
        return TrialRunner.Run(
            new TrialRequest
            {
                Plan = TrialPlanFile.Read(Temp.Write("plan.yaml", Encoding.UTF8.GetBytes(plan))),
                Base = model ?? Sample.Base,
                Weights = weights ?? Sample.Weights,
                Output = output ?? Output,
                Threads = 1,
                TrainingThreads = threads,
                Version = "1",
                Seal = seal,
                IsSigned = isSigned ?? ((_, _) => false),
                Notes = say is null ? null : new Said(say),
            },
            new SecondMeter(free, started), progress, cancellation);
    }

    /// <summary>Runs a plan, and has its one finalist given up.</summary>
    /// <returns>The trials of the round before the last, best first.</returns>
    public List<string> GiveUpFinalist(string trials)
    {
        var ranked = Run(trials).Rounds[1].Runs.Select(run => run.Id).ToList();
        Directory.Delete(Path.Combine(Output, "rounds", "3"), recursive: true);
        Temp.Write($"out/rounds/3/{ranked[0]}.fault.json", "\"step 2: no finite number\""u8);
        return ranked;
    }

    /// <summary>The rounds, after the first, that a trial was trained in.</summary>
    public List<string> Spent(string trial) => [.. new[] { "rounds/2", "rounds/3" }.Where(round => Directory.Exists(Path.Combine(Output, round, trial)))];

    public void Dispose() => Temp.Dispose();

    private sealed class Said(Action<string> say) : IProgress<string>
    {
        public void Report(string value) => say(value);
    }
}
