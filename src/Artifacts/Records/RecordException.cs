namespace Loragate.Artifacts.Records;

/// <summary>A file that is not the record it should be: other schema, unknown fields, or not in canonical form.</summary>
/// <param name="place">The file.</param>
/// <param name="fault">What is wrong.</param>
/// <param name="inner">The parser's own exception.</param>
public sealed class RecordException(string place, string fault, Exception? inner = null)
    : MalformedInputException(place, fault, "Records are written by loragate and never edited: make it again.", inner);
