using Loragate.Artifacts.Checkpoints;

namespace Loragate.Tuning.Training;

/// <summary>The weights of a model that was saved, by content.</summary>
internal static class SavedWeights
{
    /// <summary>Hashes every tensor of a model's folder.</summary>
    public static IReadOnlyList<TensorDigest> Of(string folder)
    {
        using var checkpoint = Checkpoint.Open(folder);
        return [.. checkpoint.Tensors.Values.Select(t => new TensorDigest(t.Name, t.Info.DType.ToString(), t.Info.Shape, t.ComputeDigest()))];
    }
}
