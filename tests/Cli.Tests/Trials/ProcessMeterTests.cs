using Loragate.Testing;

namespace Loragate.Cli.Trials;

public sealed class ProcessMeterTests
{
    [Fact]
    public void Where_the_peak_cannot_be_set_back_it_is_not_known()
    {
        using var temp = new TempFolder();
        var meter = new ProcessMeter(TimeProvider.System, temp.PathTo("absent", "clear_refs"));
        meter.Start();
        var cost = meter.Finish();
        Assert.Null(cost.PeakBytes);
        Assert.True(cost.Seconds >= 0 && cost.ProcessorSeconds >= 0);
    }
}
