using System.Diagnostics;
using System.Globalization;
using Loragate.Artifacts;

namespace Loragate.Governance.Ledger;

/// <summary>A process that appends entries one by one (tests/LedgerWriter). After a kill it goes on behind the last entry that it acknowledged.</summary>
internal sealed class WriterProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "Loragate.LedgerWriter.dll");

    private readonly TestLedger _test;
    private readonly int _writer;
    private readonly int _entries;
    private readonly List<(string Name, long Index, SeenCheckpoint Checkpoint)> _acknowledged = [];
    private Process _process;

    public WriterProcess(TestLedger test, int writer, int entries)
    {
        (_test, _writer, _entries) = (test, writer, entries);
        _process = Start();
    }

    public bool HasEnded => _process.HasExited;

    /// <summary>What it said of each entry after it was logged; read it when the process has ended.</summary>
    public IReadOnlyList<(string Name, long Index, SeenCheckpoint Checkpoint)> Acknowledged => _acknowledged;

    private int Count
    {
        get
        {
            lock (_acknowledged)
                return _acknowledged.Count;
        }
    }

    /// <returns>False if it had ended by then.</returns>
    public bool KillAfterNextAcknowledgement(TimeSpan delay)
    {
        for (var before = Count; Count == before && !_process.HasExited;)
            Thread.Sleep(1);
        Thread.Sleep(delay);
        if (_process.HasExited)
            return false;
        _process.Kill();
        _process.WaitForExit();
        var killed = _process.ExitCode != 0;
        _process.Dispose();
        _process = Start();
        return killed;
    }

    public void RunToEnd()
    {
        Assert.True(_process.WaitForExit(Patience), "A writer did not end.");
        _process.WaitForExit();
        Assert.Equal(0, _process.ExitCode);
        _process.Dispose();
    }

    private Process Start()
    {
        string[] arguments = [Assembly, _test.Ledger.Path, _test.Temp.PathTo("ledger.key"), $"{_writer}", $"{Count}", $"{_entries}"];
        var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.BeginOutputReadLine();
        return process;
    }

    private void Read(string? line)
    {
        if (line?.Split(' ') is not [var number, var index, var size, var root])
            return;
        lock (_acknowledged)
            _acknowledged.Add(($"{_writer}/{number}", Number(index), new SeenCheckpoint(Number(size), Digest.Parse(root))));
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
