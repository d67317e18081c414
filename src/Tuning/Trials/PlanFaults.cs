using Loragate.EvalHarness.Tasks;

namespace Loragate.Tuning.Trials;

/// <summary>What is wrong with a plan, collected so that all of it is told at once.</summary>
/// <param name="path">The plan's file.</param>
internal sealed class PlanFaults(string path)
{
    private readonly List<string> _faults = [];

    /// <summary>What is read, or what stands for it where it cannot be.</summary>
    public T Read<T>(Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (TaskException fault)
        {
            Add(fault);
            return otherwise;
        }
    }

    /// <summary>Notes a fault of the file, by its place in it.</summary>
    public void Add(TaskException fault) => _faults.Add($"{(fault.Place.StartsWith($"{path}, ", StringComparison.Ordinal) ? fault.Place[(path.Length + 2)..] : fault.Place)}: {fault.Fault}");

    /// <summary>Notes what is not sound.</summary>
    public void Require(bool isSound, string fault)
    {
        if (!isSound)
            _faults.Add(fault);
    }

    /// <summary>Refuses the plan if anything was noted.</summary>
    /// <exception cref="TuningException">Something was.</exception>
    public void Refuse()
    {
        if (_faults.Count > 0)
            throw new TuningException(path, string.Join("; ", _faults), "Correct the plan.");
    }
}
