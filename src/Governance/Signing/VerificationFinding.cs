using System.Text.Json.Serialization;
using Loragate.Artifacts;

namespace Loragate.Governance.Signing;

/// <summary>One reason for a refusal.</summary>
/// <param name="Fault">The kind of fault.</param>
/// <param name="Place">The file or the member of the bundle.</param>
/// <param name="Message">What is wrong, with expected and found values where there are any.</param>
public sealed record VerificationFinding(SignatureFault Fault, string Place, string Message)
{
    /// <summary>The file or the member of the bundle, safe to print.</summary>
    public string Place { get; } = Printable.Of(Place);

    /// <summary>What is wrong, safe to print.</summary>
    public string Message { get; } = Printable.Of(Message);

    /// <summary>Whether it says that somebody signed who is not trusted: nothing was found changed.</summary>
    [JsonIgnore]
    public bool IsByStranger => Fault is SignatureFault.OtherKey or SignatureFault.UnsupportedMethod or SignatureFault.UntrustedCertificate;

    /// <inheritdoc/>
    public override string ToString() => $"{Place}: {Message}";
}
