using Loragate.Artifacts.Records.Combining;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.MergeEngine.Algebra;

namespace Loragate.MergeEngine.Combining;

/// <summary>How the updates of several adapters become one, module by module.</summary>
public abstract class CombineMethod
{
    /// <summary>The name and the parameters, as the receipt states them.</summary>
    public abstract CombinationMethod Description { get; }

    /// <summary>The method that holds for so many adapters.</summary>
    internal virtual CombineMethod For(int adapters) => this;

    /// <summary>What the method demands of its inputs beyond what every one does.</summary>
    internal virtual IEnumerable<Finding> Demands(IReadOnlyList<CombineInput> inputs) => [];

    /// <summary>What a reader of the result should know.</summary>
    internal virtual IEnumerable<Finding> Warnings(IReadOnlyList<CombineInput> inputs) => [];

    /// <summary>Whether the result is scaled by √r instead of 1: PEFT hands use_rslora on.</summary>
    internal virtual bool UsesRslora(IReadOnlyList<CombineInput> inputs) => false;

    /// <summary>The factors of one module. The products of whole updates are the device's; what has the size of the factors is computed on the processor.</summary>
    internal abstract CombinedFactors Combine(ModuleInput module, IReadOnlyList<CombineInput> inputs, OrderedProducts products, CancellationToken cancellationToken);
}
