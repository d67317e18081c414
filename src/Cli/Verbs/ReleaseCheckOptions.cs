using System.CommandLine;
using Loragate.Cli.Verifying;
using Loragate.Governance.Keys;

namespace Loragate.Cli.Verbs;

/// <summary>By what a release is verified before it is handed on: <see cref="TrustOptions"/>, <c>--vkey</c> and <c>--proof</c>.</summary>
/// <param name="what">What only a release that verifies is: "published".</param>
internal sealed class ReleaseCheckOptions(string what)
{
    private readonly TrustOptions _trust = new();
    private readonly Option<string?> _vkey = new("--vkey") { Description = "The ledger's verifier key: the release must be logged, and cosigned where --trust names witnesses.", HelpName = "FILE" };
    private readonly Option<string?> _proof = LedgerOptions.WitnessedProof();

    public IEnumerable<Option> All => [.. _trust.All, _vkey, _proof];

    /// <exception cref="UsageException">Nobody is trusted, or a proof is given that nothing asks for.</exception>
    public ReleaseCheck Read(ParseResult parsed, TimeProvider clock)
    {
        var trust = _trust.Require(parsed, clock, $"only what verifies is {what}.");
        var log = parsed.GetValue(_vkey) is { } file ? LedgerVerifier.Read(file) : null;
        if (parsed.GetValue(_proof) is not null && (log is null || trust.Policy?.Witnesses is null))
            throw new UsageException("--proof goes with --vkey and a --trust that names witnesses: it shows what they have cosigned.");
        return new ReleaseCheck(trust, log, parsed.GetValue(_proof));
    }
}
