using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;

namespace Loragate.Governance.Reports.Text;

/// <summary>The kinds of adapters, as their authors spell them.</summary>
public static class AdapterWords
{
    private const string Dora = "dora";

    /// <summary>"LoRA", "DoRA"…; as <see cref="PeftMethod"/> has it. A DoRA or an rsLoRA, which PEFT calls a LoRA, is known by its inspection, a DoRA also by what was merged of it.</summary>
    /// <param name="inspection">The inspection.</param>
    /// <param name="merge">The merge; null where there is none.</param>
    public static string KindOf(Inspection inspection, MergeReceipt? merge = null)
    {
        ArgumentNullException.ThrowIfNull(inspection);
        return inspection.PeftType switch
        {
            "LORA" when inspection.IsDora == true || (merge?.Merged ?? []).Any(tensor => tensor.Delta == Dora) => "DoRA",
            "LORA" when inspection.IsRslora == true => "rsLoRA",
            var type => PeftMethod.NameOf(type),
        };
    }
}
