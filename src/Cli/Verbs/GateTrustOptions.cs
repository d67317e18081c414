using System.CommandLine;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verbs;

/// <summary>Whom somebody who signs about a dossier trusts to have sealed it: <c>--gate-key</c>, or the gates of <c>--trust</c>.</summary>
internal sealed class GateTrustOptions
{
    private readonly Option<string?> _key = new("--gate-key") { Description = "The gate's public key: the only one that is trusted to have sealed the dossier.", HelpName = "PUBLIC.pem" };
    private readonly Option<string?> _trust = new("--trust") { Description = "Instead: the trust policy. The dossier is sealed by one of its gates, and your key must count in it.", HelpName = "FILE" };

    public IEnumerable<Option> All => [_key, _trust];

    /// <summary>The trust in the gate, and the trust policy if one was given.</summary>
    public (SignerTrust Gate, TrustPolicy? Policy) Read(ParseResult parsed, TimeProvider clock)
    {
        switch (parsed.GetValue(_key), parsed.GetValue(_trust))
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
