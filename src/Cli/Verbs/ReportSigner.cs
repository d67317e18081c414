using System.CommandLine;
using Loragate.Governance.Keys;
using Loragate.Governance.Keys.Tokens;

namespace Loragate.Cli.Verbs;

/// <summary>Who signs a report: the key of <c>--key</c> where it is a private one, with <c>--certificate</c> and <c>--chain</c>.</summary>
internal sealed class ReportSigner(TrustOptions trust)
{
    private readonly SecretOption _secret = SecretOption.ForKey();
    private readonly Option<string?> _certificate = new("--certificate") { Description = "With a private key in --key: the certificate over it (PEM), under which the PDF is signed.", HelpName = "FILE" };
    private readonly Option<string?> _chain = new("--chain") { Description = "The certificate's intermediates (PEM), the issuer's first.", HelpName = "FILE" };

    /// <summary>The options besides those of trust.</summary>
    public IEnumerable<Option> Own => [_secret.Option, _certificate, _chain];

    /// <summary>The signer; null where no private key was named.</summary>
    public OpenedSigner? Open(ParseResult parsed, Tool tool)
    {
        var (source, certificate, chain) = (trust.KeyOf(parsed), parsed.GetValue(_certificate), parsed.GetValue(_chain));
        if (source is null || !(TokenUri.IsOne(source) || KeyFile.IsPrivate(source)))
            return certificate is null && chain is null ? null : throw new UsageException("--certificate and --chain go with a private key in --key.");
        return SignerSource.Of(source, _secret.SourceOf(parsed, tool), certificate, chain).Open();
    }
}
