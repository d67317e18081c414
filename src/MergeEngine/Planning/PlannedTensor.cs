using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Planning;

/// <summary>A base tensor and what becomes of it.</summary>
/// <param name="Source">The base tensor.</param>
/// <param name="OutputType">The type it is written in.</param>
/// <param name="Contributions">The updates, in the order in which they are added; none for a tensor that is copied or converted.</param>
public sealed record PlannedTensor(CheckpointTensor Source, DType OutputType, IReadOnlyList<Contribution> Contributions)
{
    /// <summary>Whether the bytes change.</summary>
    public bool Changes => Contributions.Count > 0 || OutputType != Source.Info.DType;

    /// <summary>Whether the update is DoRA's.</summary>
    public bool IsDora => Contributions is [{ Target.Magnitude: not null }];

    /// <summary>The tensor as it is written.</summary>
    public TensorPlan Output => new(Source.Name, OutputType, Source.Info.Shape);

    /// <summary>Rows when the tensor is read as a matrix of its last dimension.</summary>
    public int Rows => checked((int)(Source.Info.Elements / Math.Max(1, Columns)));

    /// <summary>The last dimension; 1 for a scalar.</summary>
    public int Columns => checked((int)(Source.Info.Shape.Count == 0 ? 1 : Source.Info.Shape[^1]));
}
