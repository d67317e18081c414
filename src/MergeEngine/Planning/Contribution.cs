using Loragate.Artifacts.Adapters;
using Loragate.MergeEngine.Deltas;

namespace Loragate.MergeEngine.Planning;

/// <summary>One adapter's part in a tensor.</summary>
/// <param name="Adapter">The open adapter.</param>
/// <param name="Delta">What it does.</param>
/// <param name="Weight">The factor on its scale.</param>
public sealed record Contribution(PeftAdapter Adapter, Delta Delta, double Weight)
{
    /// <summary>w · s; 0 where the change has no scale.</summary>
    public double Scale => Weight * Delta.Scale;
}
