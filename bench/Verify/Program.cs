using System.Diagnostics;
using System.Globalization;
using Loragate.Bench.Verify;

// 'loragate verify' of a release with an adapter of 5 MB, as a whole process, in turn with sha256sum of the same files:
// dotnet run -c Release --project bench/Verify -- "PROGRAM [ARGUMENTS]" [RUNS]     where PROGRAM is a published loragate, or "dotnet PATH/loragate.dll"
const int adapterBytes = 5_000_000;
string[] program = args.Length > 0 ? args[0].Split(' ', StringSplitOptions.RemoveEmptyEntries) : throw new ArgumentException("Name the program to measure.");
var runs = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 21;

var folder = Directory.CreateTempSubdirectory("loragate-bench-").FullName;
try
{
    SyntheticRelease.Write(folder, adapterBytes);
    var release = Path.Combine(folder, "release");
    string[] files = [.. Directory.EnumerateFiles(release, "*", SearchOption.AllDirectories)];
    string[] verify = [.. program, "verify", release, "--key", Path.Combine(folder, "gate.pem.pub"), "--vkey", Path.Combine(folder, "ledger.vkey")];
    string[] floor = ["sha256sum", .. files];
    var (verifying, hashing) = (new List<double>(), new List<double>());
    _ = Time(verify);
    for (var run = 0; run < runs; run++)
    {
        hashing.Add(Time(floor));
        verifying.Add(Time(verify));
    }
    Console.WriteLine($"{files.Length} files, {files.Sum(file => new FileInfo(file).Length)} bytes, {runs} runs; milliseconds");
    Print("sha256sum", hashing);
    Print("loragate verify", verifying);
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static double Time(string[] command)
{
    var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
    var clock = Stopwatch.StartNew();
    using var process = Process.Start(start)!;
    var output = process.StandardOutput.ReadToEndAsync();
    var error = process.StandardError.ReadToEnd();
    process.WaitForExit();
    var wall = clock.Elapsed.TotalMilliseconds;
    _ = output.Result;
    return process.ExitCode == 0 ? wall : throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode}: {error}");
}

static void Print(string what, List<double> times)
{
    times.Sort();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-16} minimum {times[0],6:F1}, median {times[times.Count / 2],6:F1}, maximum {times[^1],6:F1}"));
}
