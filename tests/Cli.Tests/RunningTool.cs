using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Loragate.Testing;

namespace Loragate.Cli;

/// <summary>A run that a test interrupts or kills.</summary>
internal sealed partial class RunningTool : IDisposable
{
    private const int InterruptSignal = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    public RunningTool(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    public bool HasEnded => _process.HasExited;

    /// <summary>Waits until a path is there or the run ended.</summary>
    public void WaitFor(string path) => WaitFor(() => Path.Exists(path), path);

    /// <summary>Waits until something holds or the run ended.</summary>
    public void WaitFor(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition() && !_process.HasExited)
        {
            Assert.True(clock.Elapsed < Patience, $"{what} did not appear.");
            Thread.Sleep(1);
        }
    }

    /// <summary>Waits for a time or the end.</summary>
    public void WaitFor(TimeSpan time) => _process.WaitForExit(time);

    /// <summary>Waits for the end and returns the peak of the main memory that was seen shortly before.</summary>
    public long PeakMemory()
    {
        var peak = 0L;
        while (!_process.WaitForExit(TimeSpan.FromMilliseconds(2)))
        {
            try
            {
                var line = File.ReadLines($"/proc/{_process.Id}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
                peak = Math.Max(peak, line is null ? 0 : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                // The process ended while its status was read.
            }
        }
        return peak;
    }

    /// <summary>What Ctrl-C sends, at once: a program that sends it would have to be started first.</summary>
    public void Interrupt() => Assert.Equal(0, Send(_process.Id, InterruptSignal));

    /// <summary>SIGKILL: the process gets no chance to clear up.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public ShellResult Wait()
    {
        Assert.True(_process.WaitForExit(Patience), "The run did not end.");
        return new ShellResult(_process.ExitCode, _output.GetAwaiter().GetResult(), _error.GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}
