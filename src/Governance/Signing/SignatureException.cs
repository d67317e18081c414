using Loragate.Artifacts;

namespace Loragate.Governance.Signing;

/// <summary>A bundle, envelope or statement that a strict reader refuses.</summary>
/// <param name="fault">The kind of fault.</param>
/// <param name="place">The file and the member in it.</param>
/// <param name="message">What is wrong.</param>
/// <param name="inner">The parser's own exception.</param>
public sealed class SignatureException(SignatureFault fault, string place, string message, Exception? inner = null)
    : MalformedInputException(place, message, "Ask the signer for a new signature, or find out who changed this one.", inner)
{
    /// <summary>The kind of fault.</summary>
    public SignatureFault Kind { get; } = fault;

    /// <summary>The same, for whoever lists every reason instead of stopping at the first.</summary>
    public VerificationFinding ToFinding() => new(Kind, Place, Fault);
}
