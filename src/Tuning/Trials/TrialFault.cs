namespace Loragate.Tuning.Trials;

/// <summary>Says of which trial a fault is.</summary>
internal static class TrialFault
{
    /// <exception cref="TuningException">As the work's, with the trial's name.</exception>
    public static T Named<T>(Trial trial, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (TuningException fault)
        {
            throw new TuningException($"trial {trial.Id}, {fault.Place}", fault.Fault, fault.Advice);
        }
    }
}
