using Loragate.Artifacts;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Auditing;

/// <summary>A key as the ledger names it, held against a trust policy.</summary>
internal static class LoggedKey
{
    /// <summary>
    /// Why a key did not count at a time for anybody who may sign; null where it did. Of a key that the trust policy does not name the ledger holds no certificate: the
    /// windows of those who sign by certificate are judged, and where the bundle lies, which certificate it was.
    /// </summary>
    /// <param name="key">The key's hint.</param>
    /// <param name="trust">Whose keys are whose.</param>
    /// <param name="mayBe">Whose it may be.</param>
    /// <param name="at">The time.</param>
    public static string? Fault(Digest key, TrustPolicy trust, Func<TrustedSigner, bool> mayBe, DateTimeOffset at) => CredentialsOf(key, trust, mayBe) switch
    {
        [] => "is nobody's whom the trust policy names for it",
        var own when own.Any(credential => credential.At(at) == Standing.Good) => null,
        var own when own.Any(credential => credential.At(at) == Standing.Compromised) => "was compromised by then",
        _ => "was outside its window",
    };

    /// <summary>Whether only a certificate, which the ledger does not hold, can tell whose a key is.</summary>
    public static bool IsUnnamed(Digest key, TrustPolicy trust) => trust.OwnerOf(key) is null;

    private static List<Credential> CredentialsOf(Digest key, TrustPolicy trust, Func<TrustedSigner, bool> mayBe) => trust.OwnerOf(key) is { } named
        ? mayBe(named.Owner) ? [named.Credential] : []
        : [.. trust.Signers.Where(mayBe).SelectMany(signer => signer.Credentials).OfType<CertificateCredential>()];
}
