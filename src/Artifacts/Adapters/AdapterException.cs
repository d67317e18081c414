namespace Loragate.Artifacts.Adapters;

/// <summary>An adapter folder that cannot be read as one: no config, no safetensors, a key of the wrong type.</summary>
/// <param name="place">The folder, file or key.</param>
/// <param name="fault">What is wrong.</param>
/// <param name="advice">What to do.</param>
public sealed class AdapterException(string place, string fault, string advice) : MalformedInputException(place, fault, advice);
