using System.CommandLine;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Verbs;

/// <summary>Who signs: <c>--key</c>, its passphrase or PIN, and the certificate over it.</summary>
/// <param name="isRequired">Whether the verb does nothing without a key.</param>
/// <param name="what">The key in the verb's own words.</param>
internal sealed class SignerOptions(bool isRequired, string what)
{
    private readonly Option<string?> _key = new("--key") { Description = $"{what}: a file (PEM), or the URI of a key on a token (pkcs11:…).", HelpName = "FILE|URI", Required = isRequired };
    private readonly SecretOption _secret = SecretOption.ForKey();
    private readonly Option<string?> _certificate = new("--certificate") { Description = "The certificate over the key (PEM): signs by the certificate method.", HelpName = "FILE" };
    private readonly Option<string?> _chain = new("--chain") { Description = "The certificate's intermediates (PEM), the issuer's first.", HelpName = "FILE" };

    public IEnumerable<Option> All => [_key, _secret.Option, _certificate, _chain];

    /// <summary>The key as it was named; null where it may be left out and was.</summary>
    public string? KeyOf(ParseResult parsed) => parsed.GetValue(_key);

    public SecretSource SecretsOf(ParseResult parsed, Tool tool) => _secret.SourceOf(parsed, tool);

    /// <summary>The certificate over the key and its chain, checked to make sense together.</summary>
    public (string? Certificate, string? Chain) CertificateOf(ParseResult parsed)
    {
        var (certificate, chain) = (parsed.GetValue(_certificate), parsed.GetValue(_chain));
        if (certificate is null && chain is not null)
            throw new UsageException("--chain goes with --certificate: name the signer's certificate as well.");
        return certificate is not null && KeyOf(parsed) is null
            ? throw new UsageException("--certificate goes with --key: name the key that it is over.")
            : (certificate, chain);
    }

    /// <summary>Opens the key, asking for its secret where it has one. The caller disposes it.</summary>
    public SigningKey Open(ParseResult parsed, Tool tool) => SigningKey.Read(parsed.GetValue(_key)!, SecretsOf(parsed, tool));

    /// <summary>The signer with an opened key.</summary>
    public Signer SignerOf(ParseResult parsed, SigningKey key)
    {
        var (certificate, chain) = CertificateOf(parsed);
        return SignerFiles.Of(key, certificate, chain);
    }
}
