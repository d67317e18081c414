using System.CommandLine;
using Loragate.Cli.Verifying;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports.Text;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verbs;

/// <summary>Who signs about a dossier, and whom he trusts to have sealed it: <c>--gate-key</c>, or the gates of <c>--trust</c> now or, with <c>--vkey</c>, when the ledger logged the decision.</summary>
internal sealed class EndorserOptions
{
    private readonly Option<string> _dossier = new("--dossier") { Description = "The dossier of a finished gate.", HelpName = "DIR", Required = true };
    private readonly SignerOptions _signing = new(isRequired: true, "Your private key");
    private readonly Option<string?> _gateKey = new("--gate-key") { Description = "The gate's public key: the only one that is trusted to have sealed the dossier.", HelpName = "PUBLIC.pem" };
    private readonly Option<string?> _trust = new("--trust") { Description = "Instead: the trust policy. The dossier is sealed by one of its gates, and your key must count in it.", HelpName = "FILE" };
    private readonly Option<string?> _vkey = new("--vkey") { Description = "The ledger's verifier key: the dossier's decision must be logged, and with --trust the gate's key is judged at that time.", HelpName = "FILE" };

    public IEnumerable<Option> All => [_dossier, .. _signing.All, _gateKey, _trust, _vkey];

    /// <summary>Verifies the dossier and lets its endorser sign, while no gate works on it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="tool">The tool.</param>
    /// <param name="sign">Signs; is not asked where the dossier does not hold.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    public int Run(ParseResult parsed, Tool tool, Action<Endorser> sign, CancellationToken cancellationToken)
    {
        var (gateAt, policy) = ReadTrust(parsed);
        var log = parsed.GetValue(_vkey) is { } vkey ? LedgerVerifier.Read(vkey) : null;
        using var opened = _signing.Open(parsed, tool);
        var folder = parsed.GetValue(_dossier)!;
        using var held = SealedDossier.Lock(folder);
        var gate = gateAt((log is null ? null : DossierProofs.LoggedTime(folder, log)) ?? tool.Clock.GetUtcNow());
        if (SealedDossier.Read(tool, folder, gate, policy, log, cancellationToken) is not { } decision)
            return ExitCode.Integrity;
        // Whoever signs knows first that somebody took back what he is asked about.
        if (RevocationWords.InEnglish(decision) is { } revoked)
            tool.Screen.Say($"WARNING: {revoked}");
        sign(new Endorser(folder, decision, opened.Signer, policy));
        return ExitCode.Done;
    }

    private (Func<DateTimeOffset, SignerTrust> GateAt, TrustPolicy? Policy) ReadTrust(ParseResult parsed)
    {
        switch (parsed.GetValue(_gateKey), parsed.GetValue(_trust))
        {
            case ({ } key, null):
                var trusted = new KeyTrust(PublicKeyFile.Read(key));
                return (_ => trusted, null);
            case (null, { } file):
                var policy = TrustPolicy.ReadFile(file);
                return (time => policy.TrustIn(TrustedSigner.Gate, time), policy);
            default:
                throw new UsageException("Who sealed the dossier? Give either --gate-key PUBLIC.pem or --trust FILE.");
        }
    }
}
