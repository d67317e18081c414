using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Positions;

/// <summary>
/// Rotary positions (Su et al., arXiv 2104.09864): pair i turns by position · fᵢ. Angles are float32 products, as in transformers;
/// at position 8000 a wider product would move an angle by up to 2⁻¹² and scores would no longer be comparable.
/// </summary>
internal sealed class RotaryEmbedding : IDisposable
{
    private readonly RotaryPlan _plan;
    private readonly Tensor _frequencies;
    private readonly Tensor _longFrequencies;
    private readonly Scalar _magnitude;
    private readonly ScalarType _type;

    /// <summary>Makes the frequencies.</summary>
    /// <param name="plan">What the config says.</param>
    /// <param name="type">The type of the heads that are turned.</param>
    /// <param name="device">Where they are.</param>
    public RotaryEmbedding(RotaryPlan plan, ScalarType type, Device device)
    {
        _plan = plan;
        var periods = Periods(plan.Theta, plan.Dimensions);
        _frequencies = tensor(plan.Scaling.Frequencies(periods, plan.Theta), dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
        _longFrequencies = tensor(plan.Scaling.LongFrequencies(periods, plan.Theta), dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
        _magnitude = plan.Scaling.Magnitude.ToScalar();
        _type = type;
    }

    /// <summary>Whether a sequence of this length is turned by the long frequencies.</summary>
    public bool IsLong(int length) => length > _plan.Scaling.LongestShort;

    /// <summary>The angles of tokens at <paramref name="positions"/> (T, integer).</summary>
    public RotaryAngles Angles(Tensor positions, bool isLong)
    {
        var angles = positions.to_type(ScalarType.Float32).view(-1, 1, 1) * (isLong ? _longFrequencies : _frequencies);
        return new RotaryAngles((angles.cos() * _magnitude).to_type(_type), (angles.sin() * _magnitude).to_type(_type), _plan.Pairs);
    }

    public void Dispose()
    {
        _frequencies.Dispose();
        _longFrequencies.Dispose();
    }

    /// <summary>θ^(2i/d) for i = 0 … d/2 − 1, by torch's own float32 power so that the last bit agrees.</summary>
    private static float[] Periods(double theta, int dimensions)
    {
        using var scope = NewDisposeScope();
        var exponents = tensor(Enumerable.Range(0, dimensions / 2).Select(i => 2f * i / dimensions).ToArray());
        return pow(tensor((float)theta), exponents).data<float>().ToArray();
    }
}
