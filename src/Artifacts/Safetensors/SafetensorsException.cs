namespace Loragate.Artifacts.Safetensors;

/// <summary>A file that is not a strict safetensors file.</summary>
/// <param name="place">The file and, where known, the tensor.</param>
/// <param name="code">Which rule it breaks.</param>
/// <param name="fault">What is wrong.</param>
/// <param name="inner">The parser's own exception.</param>
public sealed class SafetensorsException(string place, SafetensorsFault code, string fault, Exception? inner = null)
    : MalformedInputException(place, fault, "Save the file again with the safetensors library.", inner)
{
    /// <summary>Which rule is broken.</summary>
    public SafetensorsFault Code { get; } = code;
}
