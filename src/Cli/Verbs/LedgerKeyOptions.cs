using System.CommandLine;
using Loragate.Governance.Keys;

namespace Loragate.Cli.Verbs;

/// <summary>A ledger's key and its passphrase.</summary>
/// <param name="isRequired">Whether the verb does nothing without it.</param>
internal sealed class LedgerKeyOptions(bool isRequired)
{
    private readonly Option<string?> _key = new("--ledger-key") { Description = "The ledger's Ed25519 key (PEM); it must not lie in the ledger's folder.", HelpName = "FILE", Required = isRequired };
    private readonly SecretOption _secret = SecretOption.ForLedgerKey();

    public IEnumerable<Option> All => [_key, _secret.Option];

    /// <summary>The key's file; null where it may be left out and was.</summary>
    public string? KeyOf(ParseResult parsed) => parsed.GetValue(_key);

    public SecretSource SecretsOf(ParseResult parsed, Tool tool) => _secret.SourceOf(parsed, tool);

    /// <summary>Opens the key, asking for its passphrase where it has one. The caller disposes it.</summary>
    public LedgerKey Open(ParseResult parsed, Tool tool) => LedgerKey.Read(parsed.GetValue(_key)!, SecretsOf(parsed, tool));
}
