namespace Loragate.Tuning;

/// <summary>Does something at a step, and notes the steps.</summary>
internal sealed class At(int step, Action act) : IProgress<TrainingProgress>
{
    public List<int> Seen { get; } = [];

    public static At Never => new(0, () => { });

    public static At Crash(int step) => new(step, () => throw new TimeoutException());

    public void Report(TrainingProgress value)
    {
        Seen.Add(value.Step);
        if (value.Step == step)
            act();
    }
}
