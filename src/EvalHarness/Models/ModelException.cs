using Loragate.Artifacts;

namespace Loragate.EvalHarness.Models;

/// <summary>
/// A model that cannot be evaluated faithfully: an unsupported family, a config that is contradictory or not understood, weights that do not
/// fit it, or an input or output that no score may be made from.
/// </summary>
/// <param name="place">The config key, the tensor, or the folder and the request.</param>
/// <param name="fault">What is wrong.</param>
/// <param name="advice">What to do.</param>
public sealed class ModelException(string place, string fault, string advice) : MalformedInputException(place, fault, advice);
