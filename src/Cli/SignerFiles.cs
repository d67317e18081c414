using Loragate.Governance.Keys;
using Loragate.Governance.Signing;

namespace Loragate.Cli;

/// <summary>A signer from <c>--key</c>, <c>--certificate</c> and <c>--chain</c>.</summary>
internal static class SignerFiles
{
    public static Signer Of(SigningKey key, string? certificate, string? chain)
    {
        Check(certificate, chain);
        return new Signer(key, certificate is null ? null : CertificateChainMaterial.Read(certificate, chain, key.Public));
    }

    /// <summary>A chain without the certificate that it leads from says nothing.</summary>
    public static void Check(string? certificate, string? chain)
    {
        if (certificate is null && chain is not null)
            throw new UsageException("--chain goes with --certificate: name the signer's certificate as well.");
    }
}
