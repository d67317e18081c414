using Loragate.EvalHarness.Models.Configs;

namespace Loragate.EvalHarness.Models.Positions;

/// <summary>
/// Llama 3.1's stretching: wavelengths beyond n/low are divided by s, those below n/high stay, between them the two are blended
/// (rope_type "llama3" of transformers).
/// </summary>
/// <param name="Factor">s.</param>
/// <param name="Low">Turns within n below which a frequency is fully stretched.</param>
/// <param name="High">Turns within n above which a frequency stays.</param>
/// <param name="Original">n, the context of the first training.</param>
internal sealed record Llama3RotaryScaling(double Factor, double Low, double High, int Original) : RotaryScaling
{
    public static Llama3RotaryScaling Read(ConfigReader rope)
    {
        var scaling = new Llama3RotaryScaling(
            rope.Number("factor"), rope.Number("low_freq_factor"), rope.Number("high_freq_factor"), rope.Integer("original_max_position_embeddings", 1, int.MaxValue));
        return scaling.High > scaling.Low ? scaling : throw rope.Fault("high_freq_factor", "not above low_freq_factor");
    }

    public override float[] Frequencies(float[] periods, double theta) => [.. periods.Select(p => Scale(1 / p))];

    private float Scale(float f)
    {
        var wavelength = (float)(2 * Math.PI) / f;
        if (wavelength > (float)(Original / Low))
            return f / (float)Factor;
        if (wavelength < (float)(Original / High))
            return f;
        var blend = ((Original / wavelength) - (float)Low) / (float)(High - Low);
        return ((1 - blend) * f / (float)Factor) + (blend * f);
    }
}
