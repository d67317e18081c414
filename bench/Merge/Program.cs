using System.Diagnostics;
using System.Globalization;
using Loragate.Bench;
using Loragate.MergeEngine;

// bench-merge [FOLDER] [LAYERS]: makes a synthetic bf16 Llama-shaped checkpoint (16 layers: 1 billion weights) and two adapters, merges each, and holds the
// time against "cp" plus "openssl dgst -sha256" of input and output, the two hashes side by side. Floor and merges take turns; the least of each counts.
if (args is ["--child", var baseFolder, var adapterFolder, var outputFolder])
{
    Merger.Merge(new MergeRequest { Base = baseFolder, Adapters = [new WeightedAdapter(adapterFolder)], Output = outputFolder, Threads = Environment.ProcessorCount, Version = "bench" });
    Console.WriteLine(File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM", StringComparison.Ordinal)).Split(':')[1].Trim().Split(' ')[0]);
    return;
}

const int Rounds = 5;
var work = Path.GetFullPath(args.ElementAtOrDefault(0) ?? Path.Combine(Path.GetTempPath(), "bench-merge"));
var layers = int.Parse(args.ElementAtOrDefault(1) ?? "16", CultureInfo.InvariantCulture);
(string Name, SyntheticModel Model)[] cases =
[
    ("all linear layers, rank 16", SyntheticModel.Make(work, layers, ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"], 16)),
    ("q and v, rank 8", SyntheticModel.Make(work, layers, ["q_proj", "v_proj"], 8)),
];
var output = Path.Combine(work, "merged");
var floor = new List<double>();
var merges = cases.Select(_ => new List<(double Seconds, double Megabytes)>()).ToArray();
for (var round = 1; round <= Rounds; round++)
{
    floor.Add(Floor(cases[0].Model, work));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round}: cp + openssl of both sides {floor[^1]:0.00} s"));
    foreach (var (index, (name, model)) in cases.Index())
    {
        Delete(output);
        var clock = Stopwatch.StartNew();
        var peak = long.Parse(Run(Environment.ProcessPath!, "--child", model.Base, model.Adapter, output).Trim(), CultureInfo.InvariantCulture) / 1024.0;
        merges[index].Add((clock.Elapsed.TotalSeconds, peak));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name}: {merges[index][^1].Seconds:0.00} s, peak memory {peak:0} MB"));
        Delete(output);
    }
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"base {cases[0].Model.BaseBytes / 1e9:0.00} GB; least of {Rounds} rounds: floor {floor.Min():0.00} s"));
foreach (var ((name, model), runs) in cases.Zip(merges))
{
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name} ({model.TargetedShare:P0} of the weights, adapter {model.AdapterBytes / 1e6:0.0} MB): {runs.Min(r => r.Seconds):0.00} s = {runs.Min(r => r.Seconds) / floor.Min():0.00} × the floor; peak memory {runs.Max(r => r.Megabytes):0} MB"));
}

static double Floor(SyntheticModel model, string work)
{
    var copy = Path.Combine(work, "copy.safetensors");
    var clock = Stopwatch.StartNew();
    Run("cp", "--reflink=never", model.Weights, copy);
    using var first = Process.Start(Quiet("openssl", "dgst", "-sha256", model.Weights))!;
    using var second = Process.Start(Quiet("openssl", "dgst", "-sha256", copy))!;
    first.WaitForExit();
    second.WaitForExit();
    var seconds = clock.Elapsed.TotalSeconds;
    File.Delete(copy);
    return seconds;
}

static string Run(string program, params string[] arguments)
{
    using var process = Process.Start(Quiet(program, arguments))!;
    var text = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return process.ExitCode == 0 ? text : throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
}

static ProcessStartInfo Quiet(string program, params string[] arguments) => new(program, arguments) { RedirectStandardOutput = true };

static void Delete(string folder)
{
    if (Directory.Exists(folder))
        Directory.Delete(folder, recursive: true);
}
