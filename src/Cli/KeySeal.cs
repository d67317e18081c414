using Loragate.EvalHarness.Journals;
using Loragate.Governance.Keys;

namespace Loragate.Cli;

/// <summary>A key that vouches for what a run keeps in a journal, so that the run goes on from its own work alone.</summary>
internal static class KeySeal
{
    /// <summary>A seal by a key.</summary>
    public static JournalSeal Of(SigningKey key) => new(bytes => key.Sign(bytes), (bytes, signature) => key.Public.Verify(bytes, signature));
}
