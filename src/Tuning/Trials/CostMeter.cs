using Loragate.Artifacts.Records.Training;

namespace Loragate.Tuning.Trials;

/// <summary>Measures pieces of work; only the executable knows the clock and the process.</summary>
public abstract class CostMeter
{
    /// <summary>The clock.</summary>
    public abstract TimeProvider Clock { get; }

    /// <summary>Collects garbage, and then says how many bytes of memory the work may still take; null where nobody knows.</summary>
    public abstract long? CollectAndCountFreeBytes();

    /// <summary>Begins a measurement.</summary>
    public abstract void Start();

    /// <summary>Ends it.</summary>
    public abstract Cost Finish();
}
