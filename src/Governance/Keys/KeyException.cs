using Loragate.Artifacts;

namespace Loragate.Governance.Keys;

/// <summary>A key file that cannot be used: another format or kind of key, open to other users, or already there.</summary>
/// <param name="place">The file.</param>
/// <param name="fault">What is wrong.</param>
/// <param name="advice">What to do.</param>
/// <param name="inner">The parser's own exception.</param>
public sealed class KeyException(string place, string fault, string advice, Exception? inner = null)
    : MalformedInputException(place, fault, advice, inner);
