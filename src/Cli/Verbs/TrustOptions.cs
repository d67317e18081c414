using System.CommandLine;
using System.Globalization;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verbs;

/// <summary>Whom a verifier trusts: <c>--key</c>, or <c>--roots</c> at a time, or the gates of <c>--trust</c> at a time.</summary>
internal sealed class TrustOptions
{
    private readonly Option<string?> _key = new("--key") { Description = "The signer's public key (PEM; of a private key its public half): the only one that is trusted.", HelpName = "PUBLIC.pem" };
    private readonly Option<string?> _roots = new("--roots") { Description = "Instead of a key: the root certificates (PEM) under which a signer's certificate is trusted.", HelpName = "CA.pem" };
    private readonly Option<string?> _trust = new("--trust") { Description = "Instead: the trust policy (YAML), of which every signer with the role gate is trusted; for a training or trials, with the role author.", HelpName = "FILE" };
    private readonly Option<string?> _at = new("--at") { Description = "With --roots or --trust: when certificates and keys must be valid, as 2026-01-31 or 2026-01-31T12:00:00Z (UTC); of a release with --vkey when the ledger logged it, else now, unless told otherwise.", HelpName = "TIME" };

    public IEnumerable<Option> All => [_key, _roots, _trust, _at];

    /// <summary>What was chosen; null where nothing was.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="clock">The time where nothing tells another.</param>
    public TrustChoice? Read(ParseResult parsed, TimeProvider clock)
    {
        var (key, roots, policy, at) = (parsed.GetValue(_key), parsed.GetValue(_roots), parsed.GetValue(_trust), parsed.GetValue(_at));
        return (key, roots, policy) switch
        {
            (_, null, null) when at is not null => throw new UsageException("--at goes with --roots or --trust: a bare key is valid at any time."),
            (null, null, null) => null,
            (not null, null, null) => OfKey(new KeyTrust(PublicKeyFile.Read(key)), clock.GetUtcNow()),
            (null, not null, null) => OfRoots(roots, at, TimeOf(at, clock)),
            (null, null, not null) => OfPolicy(TrustPolicy.ReadFile(policy), at, TimeOf(at, clock)),
            _ => throw new UsageException("--key, --roots and --trust exclude each other: trust a key, certificates or a trust policy."),
        };
    }

    /// <summary>What was chosen, by a verb that does nothing without.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="clock">The time where nothing tells another.</param>
    /// <param name="why">Why it does nothing: the end of the sentence, with its stop.</param>
    /// <exception cref="UsageException">Nobody is trusted.</exception>
    public TrustChoice Require(ParseResult parsed, TimeProvider clock, string why) =>
        Read(parsed, clock) ?? throw new UsageException($"Whom to trust? Give --key PUBLIC.pem, --roots CA.pem or --trust FILE: {why}");

    /// <summary>The key as it was named; null where none was.</summary>
    public string? KeyOf(ParseResult parsed) => parsed.GetValue(_key);

    private static TrustChoice OfKey(KeyTrust key, DateTimeOffset now) => new(null, HasTime: false, IsTimeless: true, now, _ => key);

    private static TrustChoice OfRoots(string roots, string? at, DateTimeOffset time) => new(null, at is not null, IsTimeless: false, time, proved => CertificateTrust.Read(roots, proved ?? time));

    private static TrustChoice OfPolicy(TrustPolicy policy, string? at, DateTimeOffset time) => new(policy, at is not null, IsTimeless: false, time, proved => policy.TrustIn(TrustedSigner.Gate, proved ?? time));

    private static DateTimeOffset TimeOf(string? text, TimeProvider clock)
    {
        if (text is null)
            return clock.GetUtcNow();
        return DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new UsageException($"--at {text}: write 2026-01-31 or 2026-01-31T12:00:00Z.");
    }
}
