using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Planning;

/// <summary>The tensors that an adapter file has for one module.</summary>
/// <param name="Path">The module's path.</param>
/// <param name="A">A or null.</param>
/// <param name="B">B or null.</param>
/// <param name="Magnitude">m or null.</param>
internal sealed record AdapterModule(string Path, TensorInfo? A, TensorInfo? B, TensorInfo? Magnitude);
