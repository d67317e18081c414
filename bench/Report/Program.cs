using System.Diagnostics;
using System.Globalization;
using Loragate.Bench.Report;

// 'loragate report' over a large dossier, as a whole process: seconds, those that its processors worked, and the most main memory that it held (VmHWM, Linux):
// dotnet run -c Release --project bench/Report -- "PROGRAM [ARGUMENTS]" [RUNS]     where PROGRAM is a published loragate, or "dotnet PATH/loragate.dll"
string[] program = args.Length > 0 ? args[0].Split(' ', StringSplitOptions.RemoveEmptyEntries) : throw new ArgumentException("Name the program to measure.");
var runs = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 7;

var folder = Directory.CreateTempSubdirectory("loragate-bench-").FullName;
try
{
    var dossier = Path.Combine(folder, "dossier");
    var decision = SyntheticDossier.Write(dossier);
    string[] files = [.. Directory.EnumerateFiles(dossier, "*", SearchOption.AllDirectories)];
    Console.WriteLine($"{decision.Rules.Count} rules, {decision.Tasks.Count} tasks, {files.Length} files of {files.Sum(file => new FileInfo(file).Length) >> 10} KB; {runs} runs each");
    foreach (var (file, language) in new[] { ("report.pdf", "en"), ("report.pdf", "ja"), ("report.html", "en"), ("report.html", "ja") })
    {
        var output = Path.Combine(folder, file);
        List<(double Seconds, double Worked, long Bytes)> taken = [];
        for (var run = 0; run < runs; run++)
            taken.Add(Take([.. program, "report", "--dossier", dossier, "--output", output, "--lang", language]));
        double[] seconds = [.. taken.Select(each => each.Seconds).Order()];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{file,-11} {language}: minimum {seconds[0]:F2} s, median {seconds[runs / 2]:F2} s, maximum {seconds[^1]:F2} s; processor time {taken.Min(each => each.Worked):F2} to {taken.Max(each => each.Worked):F2} s; at most {taken.Max(each => each.Bytes) >> 20} MB; {new FileInfo(output).Length >> 10} KB"));
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

// Mark and processor time are the kernel's own, which only grow, so what was read last before the end counts.
static (double Seconds, double Worked, long Bytes) Take(string[] command)
{
    var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
    var clock = Stopwatch.StartNew();
    using var process = Process.Start(start)!;
    var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    var (most, worked) = (0L, 0.0);
    while (!process.WaitForExit(TimeSpan.FromMilliseconds(2)))
        (most, worked) = (Math.Max(most, HighWaterMark(process.Id)), Math.Max(worked, Worked(process)));
    var seconds = clock.Elapsed.TotalSeconds;
    _ = output.Result;
    return process.ExitCode == 0 ? (seconds, worked, most) : throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode}: {error.Result}");
}

static long HighWaterMark(int process)
{
    try
    {
        var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is null ? 0 : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
    }
    catch (IOException)
    {
        return 0; // it ended while it was read
    }
}

static double Worked(Process process)
{
    try
    {
        return process.TotalProcessorTime.TotalSeconds;
    }
    catch (InvalidOperationException)
    {
        return 0; // it ended
    }
}
