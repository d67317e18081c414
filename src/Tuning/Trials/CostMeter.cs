using Loragate.Artifacts.Records.Training;

namespace Loragate.Tuning.Trials;

/// <summary>Measures pieces of work; only the executable knows the clock and the process.</summary>
public abstract class CostMeter
{
    /// <summary>The clock.</summary>
    public abstract TimeProvider Clock { get; }

    /// <summary>The memory that the work may still take, in bytes; null where nobody knows.</summary>
    public abstract long? FreeBytes { get; }

    /// <summary>Begins a measurement.</summary>
    public abstract void Start();

    /// <summary>Ends it.</summary>
    public abstract Cost Finish();
}
