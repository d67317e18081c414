using Loragate.Artifacts.Adapters;

namespace Loragate.MergeEngine.Planning;

/// <summary>One adapter's part in a tensor.</summary>
/// <param name="Adapter">The open adapter.</param>
/// <param name="Target">The module and its factors.</param>
/// <param name="Weight">The factor on its scale.</param>
public sealed record Contribution(PeftAdapter Adapter, ModuleTarget Target, double Weight)
{
    /// <summary>w · s.</summary>
    public double Scale => Weight * Target.Scale;
}
