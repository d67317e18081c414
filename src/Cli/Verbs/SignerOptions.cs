using System.CommandLine;

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

    /// <summary>Who signs, checked to make sense together; null where no key was named.</summary>
    /// <exception cref="UsageException">A chain without a certificate, or a certificate without a key.</exception>
    public SignerSource? SourceOf(ParseResult parsed, Tool tool)
    {
        var (certificate, chain) = (parsed.GetValue(_certificate), parsed.GetValue(_chain));
        if (KeyOf(parsed) is { } key)
            return SignerSource.Of(key, _secret.SourceOf(parsed, tool), certificate, chain);
        return certificate is null && chain is null ? null : throw new UsageException("--certificate and --chain go with --key: name the key that the certificate is over.");
    }

    /// <summary>Opens the key of a verb that requires one, asking for its secret where it has one. The caller disposes it.</summary>
    public OpenedSigner Open(ParseResult parsed, Tool tool) => SourceOf(parsed, tool)!.Open();
}
