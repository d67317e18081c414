using Loragate.Artifacts.Checkpoints;
using Loragate.EvalHarness.Models;
using Loragate.Testing;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Measuring;

public sealed class SpeedProbeTests
{
    [Fact]
    public void The_first_token_and_the_others_are_timed_apart()
    {
        using var checkpoint = Checkpoint.Open(Repository.PathTo("samples", "base"));
        using var model = LanguageModel.Load(checkpoint, Precision.Float32, CPU, TestContext.Current.CancellationToken);
        // Every generation takes one tick a look at the clock: ten seconds each.
        var speed = SpeedProbe.Measure(model, promptTokens: 20, newTokens: 11, repeats: 3, new SteppingClock(), TestContext.Current.CancellationToken);
        Assert.Equal((10, 2), (speed.FirstTokenSeconds, speed.PromptTokensPerSecond));
        Assert.Throws<ModelException>(() => SpeedProbe.Measure(model, 300, 11, 1, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    private sealed class SteppingClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _now += 10;
    }
}
