namespace Loragate.Governance.Reports;

/// <summary>A signature that belongs to the release.</summary>
/// <param name="File">The file that holds it, "model.sig".</param>
/// <param name="Algorithm">The algorithm, "ecdsa-p256-sha256".</param>
/// <param name="KeyId">The key's id as <c>loragate keys show</c> prints it.</param>
public sealed record SignatureNote(string File, string Algorithm, string KeyId);
