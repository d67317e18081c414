namespace Loragate.Artifacts.Records.Deciding;

/// <summary>A signature under a waiver that counts.</summary>
/// <param name="Signer">The signer's id in the trust policy.</param>
/// <param name="Key">The hint of the signer's key.</param>
/// <param name="File">The bundle's file in the dossier.</param>
/// <param name="Bundle">SHA-256 of the bundle.</param>
public sealed record WaiverSignature(string Signer, Digest Key, string File, Digest Bundle);
