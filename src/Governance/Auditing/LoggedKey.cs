using Loragate.Artifacts;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Auditing;

/// <summary>A key as the ledger names it, held against a trust policy.</summary>
internal static class LoggedKey
{
    /// <summary>
    /// Why a key did not count for any of some signers at a time; null where it did. Of a certificate the ledger holds only its key: the
    /// windows of the signer's certificates are judged, the chain was the gate's to check.
    /// </summary>
    public static string? Fault(Digest key, IEnumerable<TrustedSigner> signers, DateTimeOffset at)
    {
        var credentials = signers.SelectMany(signer => signer.Credentials).Where(credential => credential is CertificateCredential || credential.Identity == key).ToList();
        return credentials switch
        {
            [] => "is nobody's whom the trust policy names for it",
            _ when credentials.Any(credential => credential.At(at) == Standing.Good) => null,
            _ when credentials.Any(credential => credential.At(at) == Standing.Compromised) => "was compromised by then",
            _ => "was outside its window",
        };
    }
}
