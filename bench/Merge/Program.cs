using System.Diagnostics;
using System.Globalization;
using Loragate.Bench;
using Loragate.MergeEngine;

// bench-merge [FOLDER] [LAYERS] [ROUNDS]: makes a synthetic bf16 Llama-shaped checkpoint (16 layers: 1 billion weights) and two adapters, merges each, and holds the
// time against "cp" plus "openssl dgst -sha256" of input and output, the two hashes side by side. Floor and merges take turns; the least of each counts, and the median of the ratios within a round.
// Processor time is told as well: it says more than the clock where other programs run.
if (args is ["--child", var baseFolder, var adapterFolder, var outputFolder])
{
    Merger.Merge(new MergeRequest { Base = baseFolder, Adapters = [new WeightedAdapter(adapterFolder)], Output = outputFolder, Threads = Environment.ProcessorCount, Version = "bench" });
    var peak = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM", StringComparison.Ordinal)).Split(':')[1].Trim().Split(' ')[0];
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{peak} {Environment.CpuUsage.TotalTime.TotalSeconds}"));
    return;
}

var work = Path.GetFullPath(args.ElementAtOrDefault(0) ?? Path.Combine(Path.GetTempPath(), "bench-merge"));
var layers = int.Parse(args.ElementAtOrDefault(1) ?? "16", CultureInfo.InvariantCulture);
var rounds = int.Parse(args.ElementAtOrDefault(2) ?? "5", CultureInfo.InvariantCulture);
(string Name, SyntheticModel Model)[] cases =
[
    ("all linear layers, rank 16", SyntheticModel.Make(work, layers, ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"], 16)),
    ("q and v, rank 8", SyntheticModel.Make(work, layers, ["q_proj", "v_proj"], 8)),
];
var output = Path.Combine(work, "merged");
var floor = new List<(double Seconds, double Processor)>();
var merges = cases.Select(_ => new List<(double Seconds, double Processor, double Megabytes)>()).ToArray();
for (var round = 1; round <= rounds; round++)
{
    floor.Add(Floor(cases[0].Model, work));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round}: cp + openssl of both sides {floor[^1].Seconds:0.00} s, {floor[^1].Processor:0.00} s of processor time"));
    foreach (var (index, (name, model)) in cases.Index())
    {
        Delete(output);
        var clock = Stopwatch.StartNew();
        var told = Run(Environment.ProcessPath!, "--child", model.Base, model.Adapter, output).Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture)).ToArray();
        merges[index].Add((clock.Elapsed.TotalSeconds, told[1], told[0] / 1024));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name}: {merges[index][^1].Seconds:0.00} s, {told[1]:0.00} s of processor time, peak memory {told[0] / 1024:0} MB"));
        Delete(output);
    }
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"base {cases[0].Model.BaseBytes / 1e9:0.00} GB; least of {rounds} rounds: floor {floor.Min(f => f.Seconds):0.00} s, {floor.Min(f => f.Processor):0.00} s of processor time"));
foreach (var ((name, model), runs) in cases.Zip(merges))
{
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name} ({model.TargetedShare:P0} of the weights, adapter {model.AdapterBytes / 1e6:0.0} MB): {runs.Min(r => r.Seconds):0.00} s = {runs.Min(r => r.Seconds) / floor.Min(f => f.Seconds):0.00} × the floor (median of the rounds {Median(runs.Zip(floor, (merge, copy) => merge.Seconds / copy.Seconds)):0.00} ×), {runs.Min(r => r.Processor):0.00} s of processor time; peak memory {runs.Max(r => r.Megabytes):0} MB"));
}

static (double Seconds, double Processor) Floor(SyntheticModel model, string work)
{
    var copy = Path.Combine(work, "copy.safetensors");
    var clock = Stopwatch.StartNew();
    // "times" tells the shell's own time and then, in its second line, that of its children: user and system, as 1m2.345s.
    var told = Run("bash", "-c", """cp --reflink=never "$0" "$1"; openssl dgst -sha256 "$0" > /dev/null & openssl dgst -sha256 "$1" > /dev/null & wait; times""", model.Weights, copy);
    var seconds = clock.Elapsed.TotalSeconds;
    File.Delete(copy);
    return (seconds, told.Split('\n')[1].Split(' ').Select(time => time.TrimEnd('s').Split('m')).Sum(parts => (60 * double.Parse(parts[0], CultureInfo.InvariantCulture)) + double.Parse(parts[1], CultureInfo.InvariantCulture)));
}

static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted && sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;

static string Run(string program, params string[] arguments)
{
    using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
    var text = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return process.ExitCode == 0 ? text : throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
}

static void Delete(string folder)
{
    if (Directory.Exists(folder))
        Directory.Delete(folder, recursive: true);
}
