namespace Loragate.MergeEngine.Layouts;

/// <summary>How the factor B of fused experts lies in the file. Norms and shapes are the same either way, so a file cannot show which it is.</summary>
public enum ExpertLayout
{
    /// <summary>Column k·experts + e holds rank k of expert e: PEFT's own layout (lora/layer.py, ParamWrapper).</summary>
    ExpertFastest,

    /// <summary>Column e·r + k holds rank k of expert e: what some trainers wrote.</summary>
    ExpertSlowest,
}
