using System.CommandLine;
using Loragate.Cli.Verifying;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verbs;

/// <summary>Who signs about a dossier, and whom he trusts to have sealed it: <c>--gate-key</c>, or the gates of <c>--trust</c>.</summary>
internal sealed class EndorserOptions
{
    private readonly Option<string> _dossier = new("--dossier") { Description = "The dossier of a finished gate.", HelpName = "DIR", Required = true };
    private readonly SignerOptions _signing = new(isRequired: true, "Your private key");
    private readonly Option<string?> _gateKey = new("--gate-key") { Description = "The gate's public key: the only one that is trusted to have sealed the dossier.", HelpName = "PUBLIC.pem" };
    private readonly Option<string?> _trust = new("--trust") { Description = "Instead: the trust policy. The dossier is sealed by one of its gates, and your key must count in it.", HelpName = "FILE" };

    public IEnumerable<Option> All => [_dossier, .. _signing.All, _gateKey, _trust];

    /// <summary>Verifies the dossier and lets its endorser sign, while no gate works on it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="tool">The tool.</param>
    /// <param name="sign">Signs; is not asked where the dossier does not hold.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    public int Run(ParseResult parsed, Tool tool, Action<Endorser> sign, CancellationToken cancellationToken)
    {
        var (gate, policy) = ReadTrust(parsed, tool.Clock);
        using var key = _signing.Open(parsed, tool);
        var signer = _signing.SignerOf(parsed, key);
        var folder = parsed.GetValue(_dossier)!;
        using var held = SealedDossier.Lock(folder);
        if (SealedDossier.Read(tool, folder, gate, policy, cancellationToken) is not { } decision)
            return ExitCode.Integrity;
        sign(new Endorser(folder, decision, signer, policy));
        return ExitCode.Done;
    }

    private (SignerTrust Gate, TrustPolicy? Policy) ReadTrust(ParseResult parsed, TimeProvider clock)
    {
        switch (parsed.GetValue(_gateKey), parsed.GetValue(_trust))
        {
            case ({ } key, null):
                return (new KeyTrust(PublicKeyFile.Read(key)), null);
            case (null, { } file):
                var policy = TrustPolicy.ReadFile(file);
                return (policy.TrustIn(TrustedSigner.Gate, clock.GetUtcNow()), policy);
            default:
                throw new UsageException("Who sealed the dossier? Give either --gate-key PUBLIC.pem or --trust FILE.");
        }
    }
}
