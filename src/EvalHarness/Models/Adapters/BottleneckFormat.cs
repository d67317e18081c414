namespace Loragate.EvalHarness.Models.Adapters;

/// <summary>The names of a saved bottleneck's parts, behind the module's path (docs/formats/tuning.v1.md). PEFT has no such method.</summary>
public static class BottleneckFormat
{
    /// <summary>The <c>peft_type</c>, which PEFT refuses.</summary>
    public const string Type = "BOTTLENECK";

    /// <summary>D, (bottleneck, out).</summary>
    public const string Down = "bottleneck_down.weight";

    /// <summary>d, (bottleneck).</summary>
    public const string DownBias = "bottleneck_down.bias";

    /// <summary>U, (out, bottleneck).</summary>
    public const string Up = "bottleneck_up.weight";

    /// <summary>u, (out).</summary>
    public const string UpBias = "bottleneck_up.bias";
}
