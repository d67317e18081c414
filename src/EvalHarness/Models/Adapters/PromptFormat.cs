namespace Loragate.EvalHarness.Models.Adapters;

/// <summary>What PEFT calls the parts of a prompt that was tuned (docs/formats/tuning.v1.md).</summary>
public static class PromptFormat
{
    /// <summary>The <c>peft_type</c>.</summary>
    public const string Type = "PROMPT_TUNING";

    /// <summary>The tensor: (virtual tokens, hidden).</summary>
    public const string Tensor = "prompt_embeddings";
}
