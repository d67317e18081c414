using Loragate.Artifacts.Records.Training;
using Loragate.Testing;

namespace Loragate.Cli.Trials;

public sealed class ProcessMeterTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void Where_the_peak_cannot_be_set_back_it_is_not_known()
    {
        var cost = Measured(hasItsMemory: true, _temp.PathTo("absent", "clear_refs"));
        Assert.Null(cost.PeakBytes);
        Assert.True(cost.Seconds >= 0 && cost.ProcessorSeconds >= 0);
    }

    [Fact]
    public void A_process_whose_work_lies_on_a_gpu_does_not_tell_its_own_memory_for_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The peak is set back on Linux.");
        var references = _temp.Write("clear_refs", ""u8);
        Assert.True(Measured(hasItsMemory: true, references).PeakBytes > 0);
        Assert.Null(Measured(hasItsMemory: false, references).PeakBytes);
    }

    [Fact]
    public void What_memory_is_free_is_known_of_a_processor_and_not_of_a_gpu()
    {
        Assert.InRange(new ProcessMeter(TimeProvider.System, hasItsMemory: true).CollectAndCountFreeBytes()!.Value, 1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        Assert.Null(new ProcessMeter(TimeProvider.System, hasItsMemory: false).CollectAndCountFreeBytes());
    }

    public void Dispose() => _temp.Dispose();

    private static Cost Measured(bool hasItsMemory, string references)
    {
        var meter = new ProcessMeter(TimeProvider.System, hasItsMemory, references);
        meter.Start();
        return meter.Finish();
    }
}
