using System.Diagnostics;
using System.Globalization;
using Loragate.Artifacts.Checkpoints;
using Loragate.Bench.Evaluate;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Scoring;
using static TorchSharp.torch;

// Packed against one-by-one scoring of a HellaSwag-like load: dotnet run -c Release --project bench/Evaluate -- MODEL [ITEMS] [THREADS] [stored]
var folder = args.Length > 0 ? args[0] : throw new ArgumentException("Name a model folder.");
var items = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 24;
var threads = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 2;
var precision = args.Contains("stored") ? Precision.Stored : Precision.Float32;

var clock = Stopwatch.StartNew();
using var checkpoint = Checkpoint.Open(folder);
using var model = LanguageModel.Load(checkpoint, precision, CPU, CancellationToken.None);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"loaded in {clock.Elapsed.TotalSeconds:F2} s, {precision}, {threads} threads"));

var load = Load.HellaSwagLike(items, model.VocabularySize);
var scorer = new Scorer(model, threads);
_ = scorer.Score([.. load.Take(4)], Scorer.DefaultTokensPerPass, null, CancellationToken.None);

var alone = Measure("one by one", () => [.. scorer.Score([.. load.SelectMany(g => g).Select(r => new[] { r })], 1, null, CancellationToken.None).SelectMany(g => g)]);
foreach (var tokens in new[] { 160, 512, 1024, 2048, 4096 })
{
    var packed = Measure($"packed {tokens}", () => [.. scorer.Score(load, tokens, null, CancellationToken.None).SelectMany(g => g)]);
    var off = packed.Zip(alone, (a, b) => Math.Abs(a.LogLikelihood - b.LogLikelihood)).Max();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    largest difference {off:E1}, greedy equal: {packed.Zip(alone, (a, b) => a.IsGreedy == b.IsGreedy).All(e => e)}"));
}
var decoder = new GreedyDecoder(model);
clock.Restart();
var generated = decoder.Generate(load[0][0].Context, 64, _ => false, CancellationToken.None);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"greedy: {generated.Count / clock.Elapsed.TotalSeconds:F1} tokens/s"));

List<ScoringResult> Measure(string name, Func<List<ScoringResult>> run)
{
    var watch = Stopwatch.StartNew();
    var results = run();
    var seconds = watch.Elapsed.TotalSeconds;
    var tokens = load.Sum(g => g.Sum(r => r.Context.Count + r.Continuation.Count));
    var peak = Process.GetCurrentProcess().PeakWorkingSet64 >> 20;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-12} {seconds,7:F2} s  {tokens / seconds,8:F0} request tokens/s  {load.Count / seconds,6:F2} items/s  peak {peak} MiB"));
    return results;
}
