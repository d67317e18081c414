using static TorchSharp.torch;

namespace Loragate.Tuning.Methods;

/// <summary>Numbers that are trained.</summary>
/// <param name="Name">The name that they are saved under.</param>
/// <param name="Value">A leaf that requires a gradient, float32 or wider.</param>
internal sealed record Parameter(string Name, Tensor Value);
