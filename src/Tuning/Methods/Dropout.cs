using Loragate.Artifacts;
using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.Tuning.Methods;

/// <summary>
/// Dropout (Srivastava et al. 2014): x ⊙ b / (1 − p), b ~ Bernoulli(1 − p). A mask is a function of seed, module and draw, so that a layer that is
/// computed again, and a run that is resumed, see the same one.
/// </summary>
/// <param name="probability">p, from 0 to below 1.</param>
/// <param name="seed">The seed.</param>
internal sealed class Dropout(double probability, ulong seed)
{
    private const int Words = 4;

    private readonly Scalar _kept = (1 / (1 - probability)).ToScalar();
    private readonly uint _limit = (uint)Math.Min(uint.MaxValue, probability * ((double)uint.MaxValue + 1));

    /// <summary>The draw that masks are of; null where nothing is dropped.</summary>
    public ulong? Current { get; set; }

    /// <summary>Whether anything is dropped now.</summary>
    public bool IsActive => probability > 0 && Current is not null;

    /// <summary>A module's input with its share dropped.</summary>
    public Tensor Of(Tensor x, string module)
    {
        if (!IsActive)
            return x;
        using var scope = NewDisposeScope();
        var mask = tensor(Mask(module, Current!.Value, checked((int)x.numel())), x.shape, dtype: x.dtype, device: x.device);
        return (x * mask * _kept).MoveToOuterDisposeScope();
    }

    private float[] Mask(string module, ulong draw, int count)
    {
        var stream = Philox.Stream("dropout", seed, module, 0);
        var mask = new float[count];
        for (var i = 0; i < count; i += Words)
        {
            var (a, b, c, d) = stream.Block((uint)(i / Words), 0, (uint)draw, (uint)(draw >> 32));
            Span<uint> words = [a, b, c, d];
            for (var j = 0; j < Words && i + j < count; j++)
                mask[i + j] = words[j] >= _limit ? 1 : 0;
        }
        return mask;
    }
}
