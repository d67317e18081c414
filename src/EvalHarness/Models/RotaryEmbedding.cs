using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models;

/// <summary>
/// Rotary positions (Su et al., arXiv 2104.09864) in halves: pair i turns by position · fᵢ. Angles are float32 products, as in transformers;
/// at position 8000 a wider product would move an angle by up to 2⁻¹² and scores would no longer be comparable.
/// </summary>
internal sealed class RotaryEmbedding : IDisposable
{
    private readonly Tensor _frequencies;
    private readonly Scalar _magnitude;
    private readonly ScalarType _type;

    /// <summary>Makes the frequencies.</summary>
    /// <param name="theta">The base θ.</param>
    /// <param name="headSize">d, even.</param>
    /// <param name="scaling">How the frequencies are stretched.</param>
    /// <param name="type">The type of the heads that are turned.</param>
    /// <param name="device">Where they are.</param>
    public RotaryEmbedding(double theta, int headSize, RotaryScaling scaling, ScalarType type, Device device)
    {
        var f = scaling.Scale(Frequencies(theta, headSize), theta);
        _frequencies = tensor(f, dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
        _magnitude = scaling.Magnitude.ToScalar();
        _type = type;
    }

    /// <summary>The angles of tokens at <paramref name="positions"/> (T, integer).</summary>
    public RotaryAngles Angles(Tensor positions)
    {
        var angles = positions.to_type(ScalarType.Float32).view(-1, 1, 1) * _frequencies;
        return new RotaryAngles((angles.cos() * _magnitude).to_type(_type), (angles.sin() * _magnitude).to_type(_type));
    }

    public void Dispose() => _frequencies.Dispose();

    /// <summary>fᵢ = θ^(−2i/d) for i = 0 … d/2 − 1, by torch's own float32 power so that the last bit agrees.</summary>
    private static float[] Frequencies(double theta, int headSize)
    {
        using var scope = NewDisposeScope();
        var exponents = tensor(Enumerable.Range(0, headSize / 2).Select(i => 2f * i / headSize).ToArray());
        return pow(tensor((float)theta), exponents).reciprocal().data<float>().ToArray();
    }
}
