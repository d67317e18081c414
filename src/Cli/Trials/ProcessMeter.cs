using System.Diagnostics;
using Loragate.Artifacts.Records.Training;
using Loragate.Tuning.Trials;

namespace Loragate.Cli.Trials;

/// <summary>Measures this process. Its peak of memory is known of a piece of work alone where it can be set back before, as Linux allows most processes.</summary>
/// <param name="clock">The clock.</param>
/// <param name="hasItsMemory">Whether the work's memory is this process's, as it is on processors and not on a GPU.</param>
/// <param name="references">The file that sets the peak back (proc(5)).</param>
internal sealed class ProcessMeter(TimeProvider clock, bool hasItsMemory, string references = "/proc/self/clear_refs") : CostMeter
{
    private const string ResetPeak = "5";

    private long _start;
    private TimeSpan _processor;
    private bool _knowsPeak;

    public override TimeProvider Clock => clock;

    /// <summary>Collects garbage, by which the runtime measures anew, and says what the process's limit, or the machine, has left: not known of a GPU, and then nothing is collected.</summary>
    public override long? CollectAndCountFreeBytes()
    {
        if (!hasItsMemory)
            return null;
        GC.Collect();
        var memory = GC.GetGCMemoryInfo();
        return Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes);
    }

    public override void Start()
    {
        _knowsPeak = hasItsMemory && OperatingSystem.IsLinux() && TryReset();
        using var process = Process.GetCurrentProcess();
        (_start, _processor) = (clock.GetTimestamp(), process.TotalProcessorTime);
    }

    public override Cost Finish()
    {
        using var process = Process.GetCurrentProcess();
        return new Cost(clock.GetElapsedTime(_start).TotalSeconds, (process.TotalProcessorTime - _processor).TotalSeconds, _knowsPeak ? process.PeakWorkingSet64 : null);
    }

    private bool TryReset()
    {
        try
        {
            File.WriteAllText(references, ResetPeak);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
