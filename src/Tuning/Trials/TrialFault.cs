using Loragate.Artifacts.Folders;

namespace Loragate.Tuning.Trials;

/// <summary>Says of which trial a fault is.</summary>
internal static class TrialFault
{
    /// <param name="trial">The trial.</param>
    /// <param name="output">The folder that it makes; null where it makes none yet.</param>
    /// <param name="work">The work.</param>
    /// <exception cref="TuningException">As the work's, with the trial's name; and of what an interrupted trial left, with what can be done about it in a run of trials.</exception>
    public static T Named<T>(Trial trial, string? output, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (TuningException fault)
        {
            var partial = output is null ? null : Path.GetFullPath(output) + AtomicFile.PartialSuffix;
            var isLeft = partial is not null && fault.Place.StartsWith(partial, StringComparison.Ordinal);
            throw new TuningException($"trial {trial.Id}, {fault.Place}", fault.Fault, isLeft ? $"Restore the inputs that it was begun with, or remove {partial}, and the trial is run again." : fault.Advice);
        }
    }
}
