namespace Loragate.Tuning.Trials;

/// <summary>Hears how far a plan is.</summary>
internal sealed class HeardTrials(Action<TrialProgress> hear) : IProgress<TrialProgress>
{
    /// <summary>Hears the steps that are made.</summary>
    public static HeardTrials Steps(Action step) => new(progress =>
    {
        if (progress.Loss is not null)
            step();
    });

    public void Report(TrialProgress value) => hear(value);
}
