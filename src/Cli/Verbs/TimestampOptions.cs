using System.CommandLine;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Cli.Verifying;
using Loragate.Governance.Signing;
using Loragate.Governance.Signing.Timestamps;

namespace Loragate.Cli.Verbs;

/// <summary>A time stamp over the signature that is verified, and whose word it is.</summary>
internal sealed class TimestampOptions
{
    private const int MaxBytes = 1 << 20;

    private readonly Option<string?> _token = new("--timestamp") { Description = "A time stamp (RFC 3161) over the signature: certificates and keys are judged at its time, not at yours.", HelpName = "FILE" };
    private readonly Option<string?> _roots = new("--tsa-roots") { Description = "The root certificates (PEM) of time-stamping authorities, for --timestamp and for time stamps inside the signature; those of --trust unless told otherwise.", HelpName = "CA.pem" };

    public IEnumerable<Option> All => [_token, _roots];

    /// <summary>What the time stamps say: the one that was named, or those inside the signature.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="trust">The trust of the same command: its policy may name time-stamping authorities.</param>
    /// <param name="bundle">The file of the signature; null where there is none.</param>
    public SignatureTime Read(ParseResult parsed, TrustChoice trust, string? bundle)
    {
        if (parsed.GetValue(_token) is { } token)
            return ReadNamed(parsed, trust, token, bundle);
        if (bundle is null || Inside(bundle) is not { } stamped)
            return parsed.GetValue(_roots) is null ? SignatureTime.Unknown : throw new UsageException("--tsa-roots goes with --timestamp, or with a signature that holds time stamps.");
        return trust.HasTime || Authorities(parsed, trust) is not { } authorities
            ? SignatureTime.Unjudged
            : SignatureTime.Of(() => authorities.ProveInside(stamped, bundle)!);
    }

    private TimestampTrust? Authorities(ParseResult parsed, TrustChoice trust) => parsed.GetValue(_roots) is { } roots ? TimestampTrust.Read(roots) : trust.Policy?.Timestamps;

    private SignatureTime ReadNamed(ParseResult parsed, TrustChoice trust, string token, string? bundle)
    {
        if (trust.HasTime)
            throw new UsageException("--at and --timestamp exclude each other: the time stamp says the time.");
        var authorities = Authorities(parsed, trust) ?? throw new UsageException("Whose time stamps to trust? Give --tsa-roots CA.pem, or --trust FILE with timestampRoots.");
        if (bundle is null || !File.Exists(bundle))
            throw new UsageException($"{bundle ?? "a report"}: there is no signature that a time stamp could be about.");
        var stamp = PlainFile.Read(token, MaxBytes);
        return SignatureTime.Of(() => authorities.Prove(stamp, SigstoreBundle.Parse(PlainFile.Read(bundle, SigstoreBundle.MaxBytes), bundle), token));
    }

    /// <summary>A signature with time stamps inside; null for any other: what it is worth the verifier says.</summary>
    private static SigstoreBundle? Inside(string bundle)
    {
        try
        {
            return File.Exists(bundle) && SigstoreBundle.Parse(PlainFile.Read(bundle, SigstoreBundle.MaxBytes), bundle) is { Timestamps.Count: > 0 } stamped ? stamped : null;
        }
        catch (MalformedInputException)
        {
            return null;
        }
    }
}
