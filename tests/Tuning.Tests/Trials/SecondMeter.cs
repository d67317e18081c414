using Loragate.Artifacts.Records.Training;

namespace Loragate.Tuning.Trials;

/// <summary>Every piece of work takes a second.</summary>
/// <param name="free">The memory that is free.</param>
/// <param name="started">Is called when a trial's training is about to begin; null for nothing.</param>
internal sealed class SecondMeter(long? free, Action? started = null) : CostMeter
{
    public override TimeProvider Clock => TimeProvider.System;

    public override long? CollectAndCountFreeBytes() => free;

    public override void Start() => started?.Invoke();

    public override Cost Finish() => new(1, 1, 1);
}
