using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Loragate.Artifacts;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Trust;

/// <summary>Any certificate of one subject under given roots.</summary>
/// <param name="Roots">The root certificates, PEM.</param>
/// <param name="Subject">The distinguished name, as .NET writes it.</param>
/// <param name="Place">The file of the roots, for messages.</param>
/// <param name="From">See <see cref="Credential"/>.</param>
/// <param name="Until">See <see cref="Credential"/>.</param>
/// <param name="Compromised">See <see cref="Credential"/>.</param>
public sealed record CertificateCredential(string Roots, string Subject, string Place, DateTimeOffset? From, DateTimeOffset? Until, DateTimeOffset? Compromised)
    : Credential(From, Until, Compromised)
{
    /// <summary>
    /// The first moment at which a certificate of this credential may have been issued; null for any. After a compromise the subject and the roots are the same: only its date
    /// tells a new certificate from the one that was lost.
    /// </summary>
    public DateTimeOffset? IssuedFrom { get; init; }

    /// <inheritdoc/>
    public override Digest Identity => Digest.Of(Encoding.UTF8.GetBytes($"{Subject}\n{Roots}"));

    /// <summary>This credential as what follows others of the same signer: where one of the same subject was compromised, by certificates that were issued since.</summary>
    internal CertificateCredential After(IEnumerable<Credential> others) =>
        this with { IssuedFrom = others.Where(other => other.Identity == Identity && !(From < other.Compromised)).Max(other => other.Compromised) };

    internal override bool Claims(VerificationMaterial material)
    {
        if (material is not CertificateChainMaterial { Certificates: [var signer, ..] })
            return false;
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(signer.Span);
            return certificate.SubjectName.Name == Subject && !(certificate.NotBefore.ToUniversalTime() < IssuedFrom?.UtcDateTime);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    internal override SignerTrust TrustAt(DateTimeOffset? time) => CertificateTrust.FromPem(Roots, time, Place);
}
