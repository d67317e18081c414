namespace Loragate.EvalHarness.Models;

/// <summary>How rotary frequencies are stretched to reach further than the model was first trained for. Each kind is one sealed file.</summary>
internal abstract record RotaryScaling
{
    /// <summary>The factor on cos and sin.</summary>
    public virtual double Magnitude => 1;

    /// <summary>Stretches the plain frequencies.</summary>
    /// <param name="frequencies">fᵢ = θ^(−2i/d), d/2 of them.</param>
    /// <param name="theta">The base θ.</param>
    public abstract float[] Scale(float[] frequencies, double theta);

    /// <summary>Reads <c>rope_parameters</c> (or the older <c>rope_scaling</c>); other kinds than those here are refused by name.</summary>
    public static RotaryScaling Parse(ConfigReader rope) => (rope.OptionalText("rope_type") ?? rope.OptionalText("type") ?? "default") switch
    {
        "default" => new DefaultRotaryScaling(),
        "linear" => LinearRotaryScaling.Read(rope),
        "llama3" => Llama3RotaryScaling.Read(rope),
        "yarn" => YarnRotaryScaling.Read(rope),
        var other => throw rope.Fault("rope_type", $"'{other}' is not supported (default, linear, llama3 and yarn are)"),
    };
}
