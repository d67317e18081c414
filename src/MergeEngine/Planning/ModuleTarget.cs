using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Planning;

/// <summary>One module of an adapter and the base tensor that it changes; shapes fit.</summary>
/// <param name="Module">The module's path.</param>
/// <param name="Tensor">The base tensor.</param>
/// <param name="Layout">How the tensor lies on disk.</param>
/// <param name="A">A, (r, in).</param>
/// <param name="B">B, (out, r).</param>
/// <param name="Magnitude">DoRA's m, (out), or null.</param>
/// <param name="Rank">r.</param>
/// <param name="Scale">s.</param>
public sealed record ModuleTarget(
    string Module, CheckpointTensor Tensor, StoredLayout Layout, TensorInfo A, TensorInfo B, TensorInfo? Magnitude, int Rank, double Scale);
