namespace Loragate.EvalHarness.Models.Layers;

/// <summary>How a norm's weight is applied.</summary>
internal enum NormScale
{
    /// <summary>The quotient is rounded to the model's type, then multiplied by w.</summary>
    Rounded,

    /// <summary>The quotient is multiplied by w in float32, then rounded.</summary>
    Wide,

    /// <summary>As <see cref="Wide"/>, by 1 + w.</summary>
    AroundOne,
}
