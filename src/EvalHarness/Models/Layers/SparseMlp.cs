using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>
/// A mixture of experts: y = Σ pₑ·expertₑ(x) over the k most likely experts of each token, p = softmax(router(x)) in float32
/// (Shazeer et al., arXiv 1701.06538; the renormalised form: arXiv 2401.04088). Experts are added in ascending order.
/// </summary>
/// <param name="router">(T, hidden) → (T, experts).</param>
/// <param name="experts">The experts.</param>
/// <param name="active">k.</param>
/// <param name="renormalises">Whether the k probabilities are divided by their sum.</param>
internal sealed class SparseMlp(Projection router, IReadOnlyList<Mlp> experts, int active, bool renormalises) : Mlp
{
    // Held: see docs/decisions/0007-scalars-are-held.md.
    private static readonly Scalar One = 1.ToScalar();

    public override Tensor Of(Tensor x)
    {
        var (probabilities, chosen) = router.Of(x).softmax(-1, x.WideType()).topk(active);
        if (renormalises)
            probabilities = probabilities / probabilities.sum(-1, keepdim: true);
        var weights = probabilities.to_type(x.dtype).view(-1);
        var slots = chosen.cpu().view(-1).data<long>().ToArray().Select((expert, slot) => (expert, slot: (long)slot)).ToLookup(p => p.expert, p => p.slot);
        var sum = zeros_like(x);
        for (var expert = 0; expert < experts.Count; expert++)
        {
            if (slots.Contains(expert))
                Add(sum, x, experts[expert], [.. slots[expert]], weights);
        }
        return sum;
    }

    /// <summary>Adds what one expert says of its tokens; slot t·k + j is the j-th choice of token t.</summary>
    private void Add(Tensor sum, Tensor x, Mlp expert, long[] slots, Tensor weights)
    {
        using var scope = NewDisposeScope();
        var tokens = tensor(slots.Select(s => s / active).ToArray(), device: x.device);
        var said = expert.Of(x.index_select(0, tokens)) * weights.index_select(0, tensor(slots, device: x.device)).unsqueeze(-1);
        sum.index_add_(0, tokens, said, One);
    }
}
