using Loragate.Governance.Keys;
using Loragate.Governance.Signing;

namespace Loragate.Cli;

/// <summary>A signer together with the key that it owns here.</summary>
internal sealed class OpenedSigner(SigningKey key, Signer signer) : IDisposable
{
    public Signer Signer => signer;

    public void Dispose() => key.Dispose();
}
