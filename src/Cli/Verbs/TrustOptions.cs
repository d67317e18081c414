using System.CommandLine;
using System.Globalization;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing;
using Loragate.Governance.Signing.Timestamps;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verbs;

/// <summary>Whom a verifier trusts: <c>--key</c>, or <c>--roots</c> at a time, or the gates of <c>--trust</c> at a time.</summary>
internal sealed class TrustOptions
{
    private readonly Option<string?> _key = new("--key") { Description = "The signer's public key (PEM; of a private key its public half): the only one that is trusted.", HelpName = "PUBLIC.pem" };
    private readonly Option<string?> _roots = new("--roots") { Description = "Instead of a key: the root certificates (PEM) under which a signer's certificate is trusted.", HelpName = "CA.pem" };
    private readonly Option<string?> _trust = new("--trust") { Description = "Instead: the trust policy (YAML), of which every signer with the role gate is trusted.", HelpName = "FILE" };
    private readonly Option<string?> _at = new("--at") { Description = "With --roots or --trust: when certificates and keys must be valid, as 2026-01-31 or 2026-01-31T12:00:00Z (UTC); now unless told otherwise.", HelpName = "TIME" };

    public IEnumerable<Option> All => [_key, _roots, _trust, _at];

    /// <summary>The trust that was asked for; null where none was.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="clock">The time where nothing tells another.</param>
    /// <param name="proved">A proved time of the signature; null where there is none.</param>
    public SignerTrust? Read(ParseResult parsed, TimeProvider clock, DateTimeOffset? proved = null)
    {
        var (key, roots, policy, at) = (parsed.GetValue(_key), parsed.GetValue(_roots), parsed.GetValue(_trust), parsed.GetValue(_at));
        return (key, roots, policy) switch
        {
            (_, null, null) when at is not null => throw new UsageException("--at goes with --roots or --trust: a bare key is valid at any time."),
            (null, null, null) => null,
            (not null, null, null) => new KeyTrust(PublicKeyFile.Read(key)),
            (null, not null, null) => CertificateTrust.Read(roots, proved ?? TimeOf(at, clock)),
            (null, null, not null) => TrustPolicy.ReadFile(policy).TrustIn(TrustedSigner.Gate, proved ?? TimeOf(at, clock)),
            _ => throw new UsageException("--key, --roots and --trust exclude each other: trust a key, certificates or a trust policy."),
        };
    }

    /// <summary>The key as it was named; null where none was.</summary>
    public string? KeyOf(ParseResult parsed) => parsed.GetValue(_key);

    /// <summary>The trust policy that was given; null where none was.</summary>
    public TrustPolicy? ReadPolicy(ParseResult parsed) => parsed.GetValue(_trust) is { } file ? TrustPolicy.ReadFile(file) : null;

    /// <summary>The time-stamping authorities of <c>--trust</c>; null where it names none.</summary>
    public TimestampTrust? TimestampsOf(ParseResult parsed) => ReadPolicy(parsed)?.Timestamps;

    /// <summary>Whether a time was named on the command line.</summary>
    public bool HasTime(ParseResult parsed) => parsed.GetValue(_at) is not null;

    private static DateTimeOffset TimeOf(string? text, TimeProvider clock)
    {
        if (text is null)
            return clock.GetUtcNow();
        return DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new UsageException($"--at {text}: write 2026-01-31 or 2026-01-31T12:00:00Z.");
    }
}
