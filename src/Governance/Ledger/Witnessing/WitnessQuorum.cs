using Loragate.Artifacts;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Ledger.Witnessing;

/// <summary>How many of which witnesses must have cosigned a checkpoint.</summary>
/// <param name="Needed">At least 1.</param>
/// <param name="Witnesses">At least as many, each of another name and key.</param>
public sealed record WitnessQuorum(int Needed, IReadOnlyList<LedgerVerifier> Witnesses)
{
    /// <summary>The names of those who cosigned a checkpoint, whether they are enough or not.</summary>
    /// <param name="note">The checkpoint's note.</param>
    /// <param name="log">The log's key.</param>
    /// <param name="place">Where the note is from, for messages.</param>
    /// <exception cref="IntegrityException">The log did not sign it, or the signature of a known witness is wrong.</exception>
    internal IReadOnlyList<string> SignersOf(SignedNote note, LedgerVerifier log, string place) =>
        [.. note.SignedBy([log, .. Witnesses], place).Where(key => !key.IsLog).Select(key => key.Name)];
}
