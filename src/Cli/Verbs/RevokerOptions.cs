using System.CommandLine;
using Loragate.Governance.Approvals;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verbs;

/// <summary>Who takes a release back, why, and in which ledger: the same for 'revoke' and 'rollback'.</summary>
internal sealed class RevokerOptions
{
    private readonly Option<string> _reason = new("--reason") { Description = "Why, in one line.", HelpName = "TEXT", Required = true };
    private readonly SignerOptions _signing = new(isRequired: true, "Your private key, one that the trust policy names");
    private readonly Option<string> _trust = new("--trust") { Description = "The trust policy (YAML). What a key signs that it does not name would break the release for everybody and never be taken back: it is not signed.", HelpName = "FILE", Required = true };
    private readonly Option<string> _ledger = LedgerOptions.Folder();
    private readonly LedgerKeyOptions _ledgerKey = new(isRequired: true);
    private readonly Option<bool> _push = LedgerOptions.Push();

    public IEnumerable<Option> All => [_reason, .. _signing.All, _trust, _ledger, .. _ledgerKey.All, _push];

    /// <summary>Opens keys and ledger. The caller disposes what comes back.</summary>
    /// <exception cref="UsageException">No reason in plain words, or a key that the trust policy does not name, or a certificate that does not hold now.</exception>
    public Revoker Open(ParseResult parsed, Tool tool, CancellationToken cancellationToken)
    {
        var (reason, file) = (ReasonOf(parsed.GetValue(_reason)!), parsed.GetValue(_trust)!);
        var trust = TrustPolicy.ReadFile(file);
        var signer = _signing.Open(parsed, tool);
        try
        {
            var id = Identify(trust, signer.Signer, tool.Clock.GetUtcNow(), $"--key {_signing.KeyOf(parsed)}", file);
            var ledgerKey = _ledgerKey.Open(parsed, tool);
            try
            {
                return new Revoker(id, reason, trust, signer, ledgerKey, LedgerOptions.Open(parsed.GetValue(_ledger)!, ledgerKey, parsed.GetValue(_push), cancellationToken));
            }
            catch
            {
                ledgerKey.Dispose();
                throw;
            }
        }
        catch
        {
            signer.Dispose();
            throw;
        }
    }

    private static string Identify(TrustPolicy trust, Signer signer, DateTimeOffset now, string key, string file)
    {
        try
        {
            return trust.Identify(signer, now);
        }
        catch (SignatureException e) when (e.Kind == SignatureFault.UntrustedCertificate)
        {
            throw new UsageException($"{key}: {e.Fault}. What it signs now would count for nothing: sign with a certificate that holds, or with another key that {file} names.");
        }
        catch (SignatureException)
        {
            throw new UsageException($"{key}: {file} names no such key.");
        }
    }

    private static string ReasonOf(string reason) =>
        reason.Length == 0 ? throw new UsageException("--reason: taking a release back needs one.")
        : PlainWords.Fault(reason) is { } fault ? throw new UsageException($"--reason: {fault}.")
        : reason;
}
