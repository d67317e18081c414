using Loragate.EvalHarness.Models.Configs;

namespace Loragate.EvalHarness.Models.Positions;

/// <summary>How rotary frequencies are stretched to reach further than the model was first trained for. Each kind is one sealed file.</summary>
internal abstract record RotaryScaling
{
    /// <summary>The factor on cos and sin.</summary>
    public virtual double Magnitude => 1;

    /// <summary>The frequencies, in the reference's order of float32 operations: at position 10⁵ the last bit of a frequency is seen.</summary>
    /// <param name="periods">θ^(2i/d), d/2 of them; a plain frequency is the inverse of one.</param>
    /// <param name="theta">The base θ.</param>
    public abstract float[] Frequencies(float[] periods, double theta);

    /// <summary>The longest sequence that is turned by <see cref="Frequencies"/>; longer ones are turned by <see cref="LongFrequencies"/>.</summary>
    public virtual int LongestShort => int.MaxValue;

    /// <summary>The frequencies for long sequences.</summary>
    public virtual float[] LongFrequencies(float[] periods, double theta) => Frequencies(periods, theta);

    /// <summary>Reads the kind and its numbers; other kinds than those here are refused by name.</summary>
    /// <param name="rope">The rotary parameters.</param>
    /// <param name="config">The config around them.</param>
    /// <param name="pairs">d/2.</param>
    public static RotaryScaling Parse(ConfigReader rope, ConfigReader config, int pairs)
    {
        var (kind, old) = (rope.OptionalText("rope_type"), rope.OptionalText("type"));
        if (kind is not null && old is not null && kind != old)
            throw rope.Fault("type", $"'{old}' differs from rope_type '{kind}'");
        return (kind ?? old ?? "default") switch
        {
            "default" => new DefaultRotaryScaling(),
            "linear" => LinearRotaryScaling.Read(rope),
            "dynamic" => DynamicRotaryScaling.Read(rope),
            "llama3" => Llama3RotaryScaling.Read(rope),
            "yarn" => YarnRotaryScaling.Read(rope),
            "longrope" or "su" => LongRotaryScaling.Read(rope, config, pairs),
            var other => throw rope.Fault("rope_type", $"'{other}' is not supported (default, linear, dynamic, llama3, yarn and longrope are)"),
        };
    }
}
