using Loragate.EvalHarness.Models.Configs;

namespace Loragate.EvalHarness.Models.Positions;

/// <summary>
/// YaRN (Peng et al., arXiv 2309.00071): frequencies that turn often within n stay, those that turn rarely are divided by s, with a ramp
/// over the dimensions between; cos and sin grow by 0.1·ln s + 1.
/// </summary>
/// <param name="Factor">s.</param>
/// <param name="Original">n, the context of the first training.</param>
/// <param name="Fast">β: turns above which a dimension stays.</param>
/// <param name="Slow">α: turns below which a dimension is fully stretched.</param>
/// <param name="Truncate">Whether the ramp begins and ends at whole dimensions.</param>
/// <param name="Attention">The factor on cos and sin.</param>
internal sealed record YarnRotaryScaling(double Factor, int Original, double Fast, double Slow, bool Truncate, double Attention) : RotaryScaling
{
    public override double Magnitude => Attention;

    public static YarnRotaryScaling Read(ConfigReader rope)
    {
        var factor = rope.Number("factor");
        var scale = rope.OptionalNumber("mscale");
        var scaleOfAll = rope.OptionalNumber("mscale_all_dim");
        var given = rope.OptionalNumber("attention_factor");
        var magnitude = scale is { } m && scaleOfAll is { } all ? Growth(factor, m) / Growth(factor, all) : Growth(factor, 1);
        return new YarnRotaryScaling(
            factor,
            rope.Integer("original_max_position_embeddings", 1, int.MaxValue),
            rope.OptionalNumber("beta_fast") ?? 32,
            rope.OptionalNumber("beta_slow") ?? 1,
            rope.Flag("truncate", absent: true),
            given ?? magnitude);
    }

    public override float[] Frequencies(float[] periods, double theta)
    {
        var dimensions = 2 * periods.Length;
        var (low, high) = (DimensionOf(Fast, dimensions, theta), DimensionOf(Slow, dimensions, theta));
        if (Truncate)
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        (low, high) = (Math.Max(low, 0), Math.Min(high, dimensions - 1));
        if (low == high)
            high += 0.001;
        return [.. periods.Select((p, i) => Blend(p, 1 - Math.Clamp((i - (float)low) / (float)(high - low), 0, 1)))];
    }

    private static double Growth(double factor, double scale) => factor <= 1 ? 1 : (0.1 * scale * Math.Log(factor)) + 1;

    /// <summary>The dimension that turns that often within n: d·ln(n/(2πr)) / (2·ln θ).</summary>
    private double DimensionOf(double turns, int dimensions, double theta) =>
        dimensions * Math.Log(Original / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));

    private float Blend(float period, float kept) => (1 / ((float)Factor * period) * (1 - kept)) + (1 / period * kept);
}
