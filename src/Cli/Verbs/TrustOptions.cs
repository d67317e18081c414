using System.CommandLine;
using System.Globalization;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Verbs;

/// <summary>Whom a verifier trusts: <c>--key</c>, or <c>--roots</c> at a time.</summary>
internal sealed class TrustOptions
{
    private readonly Option<string?> _key = new("--key") { Description = "The signer's public key (PEM; of a private key its public half): the only one that is trusted.", HelpName = "PUBLIC.pem" };
    private readonly Option<string?> _roots = new("--roots") { Description = "Instead of a key: the root certificates (PEM) under which a signer's certificate is trusted.", HelpName = "CA.pem" };
    private readonly Option<string?> _at = new("--at") { Description = "With --roots: when certificates must be valid, as 2026-01-31 or 2026-01-31T12:00:00Z (UTC); now unless told otherwise.", HelpName = "TIME" };

    public IEnumerable<Option> All => [_key, _roots, _at];

    /// <summary>The trust that was asked for; null where none was.</summary>
    public SignerTrust? Read(ParseResult parsed, TimeProvider clock)
    {
        var (key, roots, at) = (parsed.GetValue(_key), parsed.GetValue(_roots), parsed.GetValue(_at));
        return (key, roots) switch
        {
            (not null, not null) => throw new UsageException("--key and --roots exclude each other: trust a key or certificates."),
            (_, null) when at is not null => throw new UsageException("--at goes with --roots: a bare key is valid at any time."),
            (null, null) => null,
            (_, null) => new KeyTrust(PublicKeyFile.Read(key!)),
            _ => CertificateTrust.Read(roots, at is null ? clock.GetUtcNow() : TimeOf(at)),
        };
    }

    private static DateTimeOffset TimeOf(string text) =>
        DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new UsageException($"--at {text}: write 2026-01-31 or 2026-01-31T12:00:00Z.");
}
