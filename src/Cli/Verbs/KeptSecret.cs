using Loragate.Governance.Keys;

namespace Loragate.Cli.Verbs;

/// <summary>A secret that one command needs more than once: it is asked for once.</summary>
internal sealed class KeptSecret(SecretSource source) : IDisposable
{
    private Secret? _secret;

    public Secret Get(string what) => (_secret ??= source(what)).Copy();

    public void Dispose() => _secret?.Dispose();
}
