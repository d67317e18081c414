using System.Diagnostics;
using System.Globalization;
using Loragate.Bench;
using Loragate.MergeEngine;

// bench-merge [WORK_FOLDER] [LAYERS] [TARGETS] [RANK]: makes a synthetic bf16 Llama-shaped checkpoint and adapter, merges it, and holds the time
// against "cp" plus "openssl dgst -sha256" of input and output (the two hashes side by side) in the same run.
if (args is ["--child", var baseFolder, var adapterFolder, var outputFolder, var undo])
{
    Merger.Merge(new MergeRequest { Base = baseFolder, Adapters = [new WeightedAdapter(adapterFolder)], Output = outputFolder, WithUndo = undo == "undo", Threads = Environment.ProcessorCount, Version = "bench" });
    Console.WriteLine(File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM", StringComparison.Ordinal)).Split(':')[1].Trim().Split(' ')[0]);
    return;
}

var work = Path.GetFullPath(args.ElementAtOrDefault(0) ?? Path.Combine(Path.GetTempPath(), "bench-merge"));
var layers = int.Parse(args.ElementAtOrDefault(1) ?? "16", CultureInfo.InvariantCulture);
var targets = (args.ElementAtOrDefault(2) ?? "q_proj,v_proj,o_proj").Split(',');
var rank = int.Parse(args.ElementAtOrDefault(3) ?? "16", CultureInfo.InvariantCulture);
var model = SyntheticModel.Make(work, layers, targets, rank);
Console.WriteLine($"base {model.BaseBytes / 1e9:0.00} GB bf16, adapter {model.AdapterBytes / 1e6:0.0} MB (rank {rank} on {string.Join(", ", targets)}), {model.TargetedShare:P0} of the weights targeted");

for (var round = 1; round <= 3; round++)
{
    var floor = Floor(model, work);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round}: cp + openssl of both sides {floor:0.00} s"));
    foreach (var mode in (string[])["undo", "no-undo"])
    {
        var output = Path.Combine(work, "merged");
        Delete(output);
        var clock = Stopwatch.StartNew();
        var peak = long.Parse(Run(Environment.ProcessPath!, "--child", model.Base, model.Adapter, output, mode).Trim(), CultureInfo.InvariantCulture);
        var seconds = clock.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  merge ({mode}) {seconds:0.00} s = {seconds / floor:0.00} × the floor; peak memory {peak / 1024.0:0} MB, adapter {model.AdapterBytes / 1e6:0} MB"));
        Delete(output);
    }
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
