using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Deltas;

/// <summary>A copy of base weights in an adapter file: it changes nothing, and it must be the base's.</summary>
/// <param name="Copy">The adapter's tensor.</param>
/// <param name="Tensor">The base tensor that it is a copy of.</param>
public sealed record CarriedCopy(TensorInfo Copy, string Tensor);
