using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Planning;

/// <summary>A base tensor and what becomes of it.</summary>
/// <param name="Source">The base tensor.</param>
/// <param name="Output">The tensor as it is written.</param>
/// <param name="Contributions">The changes, in the order in which they are added; none for a tensor that is copied or converted.</param>
public sealed record PlannedTensor(TensorPlan Source, TensorPlan Output, IReadOnlyList<Contribution> Contributions)
{
    /// <summary>Whether the base files hold no tensor of this name: the head of a tied embedding.</summary>
    public bool IsAdded => Output.Name != Source.Name;

    /// <summary>Whether the output differs from the base.</summary>
    public bool Changes => Contributions.Count > 0 || IsAdded || Output.DType != Source.DType;

    /// <summary>The matrix that the changes are rows and columns of.</summary>
    internal MatrixView View => Contributions.Count == 0 ? MatrixView.OfLast(Source.Shape) : Contributions[0].Delta.View;

    /// <summary>The change, where it replaces the tensor or rows of it.</summary>
    internal Contribution? Replacement => Contributions is [{ Delta: ReplacedTensor or ReplacedRows } only] ? only : null;

    /// <summary>The changes in words: "lora of rank 8, scale 2", joined by " + ".</summary>
    public string Summary => string.Join(" + ", Contributions.Select(c => c.Delta.Rank == 0 ? c.Delta.Kind : FormattableString.Invariant($"{c.Delta.Kind} of rank {c.Delta.Rank}, scale {c.Scale:0.####}")));
}
