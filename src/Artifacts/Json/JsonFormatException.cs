namespace Loragate.Artifacts.Json;

/// <summary>Bytes that are not strict JSON (RFC 8259 and the limits of <see cref="StrictJson"/>), or not the JSON that was expected.</summary>
/// <param name="place">The file.</param>
/// <param name="fault">What is wrong, with the line where the parser knows it.</param>
/// <param name="advice">What to do.</param>
/// <param name="inner">The parser's own exception.</param>
public sealed class JsonFormatException(string place, string fault, string advice, Exception? inner = null)
    : MalformedInputException(place, fault, advice, inner);
