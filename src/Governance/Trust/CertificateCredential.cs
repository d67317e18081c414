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
    /// <inheritdoc/>
    public override Digest Identity => Digest.Of(Encoding.UTF8.GetBytes($"{Subject}\n{Roots}"));

    internal override bool Claims(VerificationMaterial material)
    {
        if (material is not CertificateChainMaterial { Certificates: [var signer, ..] })
            return false;
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(signer.Span);
            return certificate.SubjectName.Name == Subject;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    internal override SignerTrust TrustAt(DateTimeOffset time) => CertificateTrust.FromPem(Roots, time, Place);
}
