using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Loragate.Artifacts.Checkpoints;
using Loragate.Bench.Evaluate;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Scoring;
using Loragate.EvalHarness.Tokenizers;
using static TorchSharp.torch;

// dotnet run -c Release --project bench/Evaluate -- tasks MODEL DATA [ITEMS] [ROUNDS]      shared against one request at a time, in turn
// dotnet run -c Release --project bench/Evaluate -- peer MODEL NODE_FOLDER [ROUNDS]        prompts against llama.cpp on the same weights in float32, in turn
const int threads = 2;
const int promptTokens = 512;
const int prompts = 8;
const int naiveItems = 2;
var model = args.Length > 2 ? args[1] : throw new ArgumentException("Name what to measure (tasks or peer), a model folder, and a folder of data or of node-llama-cpp.");
int Number(int at, int absent) => args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : absent;

using var checkpoint = Checkpoint.Open(model);
using var loaded = LanguageModel.Load(checkpoint, Precision.Float32, CPU, CancellationToken.None);
var scorer = new Scorer(loaded, threads);
if (args[0] == "peer")
    ComparePeer(args[2], Number(3, 3));
else
    CompareTasks(args[2], Number(3, 40), Number(4, 3));

void CompareTasks(string data, int items, int rounds)
{
    var folder = Directory.CreateTempSubdirectory("loragate-bench-").FullName;
    try
    {
        var (tokenizer, tasks) = (Tokenizer.Load(model), Path.Combine(Root(), "policies", "tasks"));
        var hellaswag = Path.Combine(tasks, "hellaswag.yaml");
        var fiveShot = FiveShot.Write(hellaswag, Path.Combine(data, "datasets", "hellaswag", "validation.jsonl"), items, folder);
        foreach (var load in new[]
        {
            Load.OfTask("HellaSwag, 0-shot", hellaswag, data, items, tokenizer, model),
            Load.OfTask("BBQ", Path.Combine(tasks, "bbq.yaml"), data, items, tokenizer, model),
            Load.OfTask("HellaSwag, 5-shot", fiveShot, folder, items, tokenizer, model),
            Load.MmluShaped(items, loaded.VocabularySize),
        })
            CompareTask(load, rounds);
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
}

// In turn, so that other work on the machine falls on both alike. One by one only some items are run, and the time is that of all by their tokens.
void CompareTask(Load load, int rounds)
{
    var (naive, shared) = (Cost.None, Cost.None);
    _ = Shared(load.Take(2));
    _ = Alone(load.Take(1));
    var part = Math.Clamp(load.Groups.Count / rounds, 1, naiveItems);
    var (largest, naiveTokens) = (0.0, 0);
    for (var round = 0; round < rounds; round++)
    {
        var own = load with { Groups = [.. load.Groups.Skip(round * part).Take(part)] };
        IReadOnlyList<ScoringResult> one = [];
        naive += Measure(() => one = Alone(own));
        naiveTokens += own.NaiveTokens;
        shared += Measure(() => Shared(load)) * (1.0 / rounds);
        if (round == 0)
            largest = one.Zip(Shared(own), (a, b) => Math.Abs(a.LogLikelihood - b.LogLikelihood)).Max();
    }
    naive *= (double)load.NaiveTokens / naiveTokens;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{load.Name}: {load.Groups.Count} items, {load.NaiveTokens} tokens naive, {load.SharedTokens} shared (x{(double)load.NaiveTokens / load.SharedTokens:F2} promised)"));
    Tell("naive ", naive, load.NaiveTokens);
    Tell("shared", shared, load.SharedTokens);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    x{naive.Seconds / shared.Seconds:F2} by the clock, x{naive.ProcessorSeconds / shared.ProcessorSeconds:F2} by processor time; largest difference {largest:E1} nats"));

    void Tell(string what, Cost cost, int tokens) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"    {what} {cost.Seconds,7:F1} s ({cost.ProcessorSeconds,7:F1} s of processors)  {tokens / cost.Seconds,6:F0} tokens/s  {1000 * cost.Seconds / load.Groups.Count,7:F0} s ({1000 * cost.ProcessorSeconds / load.Groups.Count,7:F0} s) a 1000 items"));
}

IReadOnlyList<ScoringResult> Shared(Load load) => [.. scorer.Score(load.Groups, Scorer.DefaultTokensPerPass, null, CancellationToken.None).SelectMany(group => group)];

// One request a pass, as many passes at once as there are threads: what a harness without sharing does, without its padding.
IReadOnlyList<ScoringResult> Alone(Load load)
{
    var requests = load.Groups.SelectMany(group => group).ToList();
    var results = new ScoringResult[requests.Count];
    var alone = new Scorer(loaded, 1);
    Parallel.For(0, requests.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => results[i] = alone.Score([[requests[i]]], 1, null, CancellationToken.None)[0][0]);
    return results;
}

void ComparePeer(string node, int rounds)
{
    var gguf = Path.Combine(Path.GetTempPath(), $"loragate-bench-{Environment.ProcessId}.gguf");
    GgufWriter.Write(model, gguf);
    try
    {
        int[] Prompt(int i) => [.. Enumerable.Range(0, promptTokens + 1).Select(t => 3 + (int)(((t * 7919L) + (i * 104729L)) % 40000))];
        IReadOnlyList<IReadOnlyList<ScoringRequest>> groups = [.. Enumerable.Range(1, prompts).Select(i => new[] { new ScoringRequest(Prompt(i)[..promptTokens], Prompt(i)[promptTokens..]) })];
        _ = scorer.Score(groups, promptTokens, null, CancellationToken.None);
        for (var round = 0; round < rounds; round++)
        {
            var peer = Peer(node, gguf);
            var own = Measure(() => scorer.Score(groups, promptTokens, null, CancellationToken.None));
            double Speed(double seconds) => prompts * promptTokens / seconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{prompts} prompts of {promptTokens} tokens, float32, {threads} threads: loragate {Speed(own.Seconds):F0} tokens/s ({Speed(own.ProcessorSeconds):F0} a processor second), llama.cpp {Speed(peer.Seconds):F0} ({Speed(peer.ProcessorSeconds):F0}); x{peer.Seconds / own.Seconds:F2} by the clock, x{peer.ProcessorSeconds / own.ProcessorSeconds:F2} by processor time"));
        }
    }
    finally
    {
        File.Delete(gguf);
    }
}

Cost Peer(string node, string gguf)
{
    string[] arguments = [Path.Combine(Root(), "bench", "Evaluate", "peer.mjs"), node, gguf, threads.ToString(CultureInfo.InvariantCulture), promptTokens.ToString(CultureInfo.InvariantCulture), prompts.ToString(CultureInfo.InvariantCulture)];
    using var process = Process.Start(new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true })!;
    var output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return process.ExitCode == 0 ? JsonSerializer.Deserialize<Cost>(output, JsonSerializerOptions.Web)! : throw new InvalidOperationException($"node ended with {process.ExitCode}");
}

Cost Measure(Action run)
{
    var (clock, before) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
    run();
    return new Cost(clock.Elapsed.TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
}

static string Root()
{
    var folder = new DirectoryInfo(AppContext.BaseDirectory);
    while (!File.Exists(Path.Combine(folder.FullName, "Governance.sln")))
        folder = folder.Parent ?? throw new InvalidOperationException("Governance.sln is in no folder above the benchmark.");
    return folder.FullName;
}
