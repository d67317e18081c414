using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;

namespace Loragate.MergeEngine.Combining.Methods;

/// <summary>What all of PEFT's methods share (lora/model.py, add_weighted_adapter).</summary>
internal static class PeftRules
{
    /// <summary>With a single adapter PEFT takes "linear", whatever was asked for.</summary>
    public static CombineMethod For(CombineMethod method, int adapters) =>
        adapters == 1 && method.Description.Name != "peft-linear" ? new PeftFactorwise("peft-linear", new Blend { WeightsVote = false }) : method;

    /// <summary>The combined config is the first adapter's with another rank, alpha and targets.</summary>
    public static bool UsesRslora(IReadOnlyList<CombineInput> inputs) => inputs[0].Adapter.Config.UseRslora;

    /// <summary>The inherited flag is a fault: the factors hold every scale already.</summary>
    public static IEnumerable<Finding> ScaleWarnings(IReadOnlyList<CombineInput> inputs)
    {
        if (UsesRslora(inputs))
            yield return new Finding("peft-rslora", Severity.Warn, "use_rslora", "handed on from the first adapter as PEFT does, so the result is √r times too strong", "Use the method of the same name without 'peft-'.");
    }
}
