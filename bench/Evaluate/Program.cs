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

// Part by part, so that other work on the machine falls on both alike.
void CompareTask(Load load, int rounds)
{
    var (naive, shared) = (0.0, 0.0);
    _ = Time(() => Shared(load.Take(2)));
    _ = Time(() => Alone(load.Take(1)));
    var part = Math.Max(1, load.Groups.Count / rounds);
    var largest = 0.0;
    for (var round = 0; round < rounds; round++)
    {
        var own = load with { Groups = [.. load.Groups.Skip(round * part).Take(part)] };
        IReadOnlyList<ScoringResult> one = [];
        naive += Time(() => one = Alone(own));
        if (round == 0)
            largest = one.Zip(Shared(own), (a, b) => Math.Abs(a.LogLikelihood - b.LogLikelihood)).Max();
    }
    for (var round = 0; round < rounds; round++)
        shared += Time(() => Shared(load)) / rounds;
    var scored = Math.Min(load.Groups.Count, part * rounds);
    naive *= (double)load.Groups.Count / scored;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{load.Name}: {load.Groups.Count} items, {load.NaiveTokens} tokens naive, {load.SharedTokens} shared (x{(double)load.NaiveTokens / load.SharedTokens:F2} promised)"));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    naive  {naive,7:F1} s  {load.NaiveTokens / naive,6:F0} tokens/s  {1000 * naive / load.Groups.Count,7:F0} s a 1000 items"));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    shared {shared,7:F1} s  {load.SharedTokens / shared,6:F0} tokens/s  {1000 * shared / load.Groups.Count,7:F0} s a 1000 items  x{naive / shared:F2}, largest difference {largest:E1} nats"));
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
            var own = Time(() => scorer.Score(groups, promptTokens, null, CancellationToken.None));
            var (ours, theirs) = (prompts * promptTokens / own, promptTokens * peer.Length / peer.Sum());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{prompts} prompts of {promptTokens} tokens, float32, {threads} threads: loragate {ours:F0} tokens/s, llama.cpp {theirs:F0} tokens/s, x{ours / theirs:F2}"));
        }
    }
    finally
    {
        File.Delete(gguf);
    }
}

double[] Peer(string node, string gguf)
{
    string[] arguments = [Path.Combine(Root(), "bench", "Evaluate", "peer.mjs"), node, gguf, threads.ToString(CultureInfo.InvariantCulture), promptTokens.ToString(CultureInfo.InvariantCulture), prompts.ToString(CultureInfo.InvariantCulture)];
    using var process = Process.Start(new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true })!;
    var output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return process.ExitCode == 0 ? JsonSerializer.Deserialize<double[]>(output)! : throw new InvalidOperationException($"node ended with {process.ExitCode}");
}

double Time(Action run)
{
    var clock = Stopwatch.StartNew();
    run();
    return clock.Elapsed.TotalSeconds;
}

static string Root()
{
    var folder = new DirectoryInfo(AppContext.BaseDirectory);
    while (!File.Exists(Path.Combine(folder.FullName, "Governance.sln")))
        folder = folder.Parent ?? throw new InvalidOperationException("Governance.sln is in no folder above the benchmark.");
    return folder.FullName;
}
