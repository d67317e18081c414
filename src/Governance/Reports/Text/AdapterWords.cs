namespace Loragate.Governance.Reports.Text;

/// <summary>The kinds of adapters, as their authors spell them.</summary>
internal static class AdapterWords
{
    private const string Dora = "dora";

    /// <summary>"LoRA", "DoRA"…; PEFT's own word where this table has none. A DoRA, which PEFT calls a LoRA, is known by its inspection or by what was merged of it.</summary>
    public static string KindOf(ReportContents contents) => contents.Inspection.PeftType switch
    {
        "LORA" when contents.Inspection.IsDora == true || (contents.Merge?.Merged ?? []).Any(tensor => tensor.Delta == Dora) => "DoRA",
        "LORA" => "LoRA",
        "ADALORA" => "AdaLoRA",
        "LOHA" => "LoHa",
        "LOKR" => "LoKr",
        "VERA" => "VeRA",
        "TRAINABLE_TOKENS" => "Trainable Tokens",
        var other => other,
    };
}
