using System.CommandLine;
using Loragate.Artifacts;
using Loragate.Cli.Verifying;
using Loragate.Governance.Auditing;
using Loragate.Governance.Ledger;

namespace Loragate.Cli.Verbs;

/// <summary>Asks a ledger before a release is handed on: <c>--ledger</c> and <c>--seen</c> of 'publish' and 'pull'.</summary>
/// <param name="what">What a release that it speaks against is not: "published".</param>
internal sealed class LedgerCheck(string what)
{
    private readonly Option<string?> _ledger = new("--ledger") { Description = "The ledger, with --vkey and --trust: the release must be logged there, hold by what the ledger says, and not be revoked.", HelpName = "DIR" };
    private readonly Option<string[]> _seen = LedgerOptions.Seen();

    public IEnumerable<Option> All => [_ledger, _seen];

    /// <summary>Refuses options that do not fit each other, before any work.</summary>
    /// <exception cref="UsageException">A ledger without its key or a trust policy, or --seen without a ledger.</exception>
    public void Require(ParseResult parsed, ReleaseCheck check)
    {
        if (parsed.GetValue(_ledger) is not null && check is not { Log: not null, Policy: not null })
            throw new UsageException("--ledger goes with --vkey and --trust: the trust policy says who may revoke.");
        if (parsed.GetValue(_ledger) is null && parsed.GetValue(_seen) is { Length: > 0 })
            throw new UsageException("--seen goes with --ledger: it is what the ledger must begin with.");
    }

    /// <summary>The exit code where the ledger speaks against the release, after why was told; null where nothing does, or no ledger is asked. That a later one stands is told and stops nobody.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="check">What the release was verified by.</param>
    /// <param name="folder">The release.</param>
    /// <param name="shown">What it is called.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    /// <exception cref="IntegrityException">The ledger does not know it, what it rests on does not hold, or the ledger was rolled back.</exception>
    public int? Refusal(Tool tool, ParseResult parsed, ReleaseCheck check, string folder, string shown, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_ledger) is not { } ledger)
            return null;
        var status = ReleaseRegister.Read(LedgerFolder.Open(ledger), check.Log!, check.Policy!, [folder], parsed.GetValue(_seen) ?? [], cancellationToken).StatusOf(folder, check.Log!, cancellationToken);
        var why = string.Join("; ", status.Reasons.Select(reason => reason.TrimEnd('.')));
        switch (status.State)
        {
            case ReleaseState.Current:
                return null;
            case ReleaseState.Superseded:
                tool.Screen.Say($"Note: {shown} is superseded: {why}.");
                return null;
            case ReleaseState.Revoked:
                tool.Screen.Say($"Not {what}: {shown} was revoked: {why}.");
                return ExitCode.Rejected;
            default:
                throw new IntegrityException(shown, $"not {what}, because of what the ledger says: {why}");
        }
    }
}
