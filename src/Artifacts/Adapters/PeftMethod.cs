namespace Loragate.Artifacts.Adapters;

/// <summary>The methods of PEFT by what their authors call them.</summary>
public static class PeftMethod
{
    /// <summary>The name for people of a <c>peft_type</c>, "(IA)³" of "IA3"; PEFT's own word where the method is none that is merged.</summary>
    public static string NameOf(string peftType) => peftType switch
    {
        "LORA" => "LoRA",
        "ADALORA" => "AdaLoRA",
        "LOHA" => "LoHa",
        "LOKR" => "LoKr",
        "IA3" => "(IA)³",
        "VERA" => "VeRA",
        "TRAINABLE_TOKENS" => "Trainable Tokens",
        "LN_TUNING" => "LN Tuning",
        _ => peftType,
    };
}
