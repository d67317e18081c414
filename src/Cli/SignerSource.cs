using Loragate.Governance.Keys;
using Loragate.Governance.Signing;

namespace Loragate.Cli;

/// <summary>Who signs, as the command line names it and before anything is opened.</summary>
/// <param name="Key">The key: a file, or the URI of one on a token.</param>
/// <param name="Secrets">Asks for the key's passphrase or PIN; null where it has none.</param>
/// <param name="Certificate">The certificate over the key; null for a bare key.</param>
/// <param name="Chain">The certificate's intermediates.</param>
internal sealed record SignerSource(string Key, SecretSource? Secrets = null, string? Certificate = null, string? Chain = null)
{
    /// <summary>What was named, checked to make sense together.</summary>
    /// <exception cref="UsageException">A chain without a certificate.</exception>
    public static SignerSource Of(string key, SecretSource secrets, string? certificate, string? chain) => certificate is null && chain is not null
        ? throw new UsageException("--chain goes with --certificate: name the signer's certificate as well.")
        : new SignerSource(key, secrets, certificate, chain);

    /// <summary>Opens the key, asking for its secret where it has one, and reads the certificates over it. The caller disposes it.</summary>
    public OpenedSigner Open()
    {
        var key = SigningKey.Read(Key, Secrets);
        try
        {
            return new OpenedSigner(key, new Signer(key, Certificate is null ? null : CertificateChainMaterial.Read(Certificate, Chain, key.Public)));
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}
