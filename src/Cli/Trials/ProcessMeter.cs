using System.Diagnostics;
using Loragate.Artifacts.Records.Training;
using Loragate.Tuning.Trials;

namespace Loragate.Cli.Trials;

/// <summary>Measures this process; the peak of memory is Linux's, which can be set back, elsewhere the process's since it began.</summary>
internal sealed class ProcessMeter(TimeProvider clock) : CostMeter
{
    private const string ResetPeak = "5";
    private const string References = "/proc/self/clear_refs";

    private long _start;
    private TimeSpan _processor;

    public override TimeProvider Clock => clock;

    public override void Start()
    {
        if (OperatingSystem.IsLinux())
            File.WriteAllText(References, ResetPeak);
        using var process = Process.GetCurrentProcess();
        (_start, _processor) = (clock.GetTimestamp(), process.TotalProcessorTime);
    }

    public override Cost Finish()
    {
        using var process = Process.GetCurrentProcess();
        return new Cost(clock.GetElapsedTime(_start).TotalSeconds, (process.TotalProcessorTime - _processor).TotalSeconds, process.PeakWorkingSet64);
    }
}
