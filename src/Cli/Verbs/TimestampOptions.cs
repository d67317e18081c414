using System.CommandLine;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Signing;
using Loragate.Governance.Signing.Timestamps;

namespace Loragate.Cli.Verbs;

/// <summary>A time stamp over the signature that is verified, and whose word it is.</summary>
/// <param name="trust">The trust of the same command: its policy may name time-stamping authorities.</param>
internal sealed class TimestampOptions(TrustOptions trust)
{
    private const int MaxBytes = 1 << 20;

    private readonly Option<string?> _token = new("--timestamp") { Description = "A time stamp (RFC 3161) over the signature: certificates and keys are judged at its time, not at yours.", HelpName = "FILE" };
    private readonly Option<string?> _roots = new("--tsa-roots") { Description = "The root certificates (PEM) of time-stamping authorities; those of --trust unless told otherwise.", HelpName = "CA.pem" };

    public IEnumerable<Option> All => [_token, _roots];

    /// <summary>The time that is proved; null where no time stamp was given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="bundle">The file of the signature.</param>
    /// <exception cref="IntegrityException">The time stamp proves nothing about it.</exception>
    public ProvedTime? Read(ParseResult parsed, string bundle)
    {
        if (parsed.GetValue(_token) is not { } token)
            return parsed.GetValue(_roots) is null ? null : throw new UsageException("--tsa-roots goes with --timestamp.");
        if (trust.HasTime(parsed))
            throw new UsageException("--at and --timestamp exclude each other: the time stamp says the time.");
        var authorities = parsed.GetValue(_roots) is { } roots ? TimestampTrust.Read(roots)
            : trust.TimestampsOf(parsed) ?? throw new UsageException("Whose time stamps to trust? Give --tsa-roots CA.pem, or --trust FILE with timestampRoots.");
        if (!File.Exists(bundle))
            throw new UsageException($"{bundle}: there is no signature that a time stamp could be about.");
        try
        {
            return authorities.Prove(PlainFile.Read(token, MaxBytes), SigstoreBundle.Parse(PlainFile.Read(bundle, SigstoreBundle.MaxBytes), bundle), token);
        }
        catch (SignatureException e) when (e.Kind == SignatureFault.UntrustedTimestamp)
        {
            throw new IntegrityException(e.Place, e.Fault);
        }
    }
}
