using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Positions;

/// <summary>Positions (T) → (T, hidden): rows of a table that was learned.</summary>
/// <param name="weight">(positions + first, hidden).</param>
/// <param name="first">The row of position 0.</param>
internal sealed class LearnedPositions(Tensor weight, int first)
{
    public Tensor Of(Tensor positions) => weight.narrow(0, first, weight.shape[0] - first).index_select(0, positions);
}
