using Loragate.Governance.Keys;
using Loragate.Governance.Signing;

namespace Loragate.Cli;

/// <summary>A signer from an opened key and the files of <c>--certificate</c> and <c>--chain</c>.</summary>
internal static class SignerFiles
{
    public static Signer Of(SigningKey key, string? certificate, string? chain) =>
        new(key, certificate is null ? null : CertificateChainMaterial.Read(certificate, chain, key.Public));
}
