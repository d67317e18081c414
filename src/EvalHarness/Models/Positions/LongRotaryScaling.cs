using Loragate.EvalHarness.Models.Configs;

namespace Loragate.EvalHarness.Models.Positions;

/// <summary>
/// LongRoPE (Ding et al., arXiv 2402.13753): every frequency is divided by a factor of its own, from one list for sequences within the context
/// of the first training and from another beyond it; cos and sin grow by √(1 + ln s / ln n).
/// </summary>
/// <param name="Short">Factors up to n.</param>
/// <param name="Long">Factors beyond n.</param>
/// <param name="Original">n, the context of the first training.</param>
/// <param name="Attention">The factor on cos and sin.</param>
internal sealed record LongRotaryScaling(IReadOnlyList<double> Short, IReadOnlyList<double> Long, int Original, double Attention) : RotaryScaling
{
    private const string OriginalKey = "original_max_position_embeddings";

    public override double Magnitude => Attention;

    public override int LongestShort => Original;

    public static LongRotaryScaling Read(ConfigReader rope, ConfigReader config, int pairs)
    {
        var (inner, outer) = (rope.OptionalSize(OriginalKey), config.OptionalSize(OriginalKey));
        if (inner is { } a && outer is { } b && a != b)
            throw config.Fault(OriginalKey, "differs from the one in the rotary parameters");
        var original = inner ?? outer ?? throw rope.Fault(OriginalKey, "this key is missing");
        var factor = rope.OptionalNumber("factor") ?? (double)config.Size("max_position_embeddings") / original;
        var growth = factor <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(factor) / Math.Log(original)));
        return new LongRotaryScaling(rope.Numbers("short_factor", pairs), rope.Numbers("long_factor", pairs), original, rope.OptionalNumber("attention_factor") ?? growth);
    }

    public override float[] Frequencies(float[] periods, double theta) => Stretch(periods, Short);

    public override float[] LongFrequencies(float[] periods, double theta) => Stretch(periods, Long);

    private static float[] Stretch(float[] periods, IReadOnlyList<double> factors) => [.. periods.Select((p, i) => 1 / ((float)factors[i] * p))];
}
