using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models;

/// <summary>A matrix or vector of a model in memory: one tensor of the checkpoint, or several of equal rows, one below the other.</summary>
/// <param name="Parts">Name and number of rows of each tensor, in order.</param>
/// <param name="Value">The numbers; they belong to the model.</param>
public sealed record ModelWeight(IReadOnlyList<(string Name, long Rows)> Parts, Tensor Value)
{
    /// <summary>The name of the first tensor, which no other weight has.</summary>
    public string Name => Parts[0].Name;
}
