using Loragate.Artifacts;

namespace Loragate.Governance.Ledger;

/// <summary>A ledger folder, note, checkpoint, proof or entry that does not follow docs/formats/ledger.v1.md.</summary>
/// <param name="place">The file.</param>
/// <param name="fault">What is wrong.</param>
/// <param name="advice">What to do.</param>
/// <param name="inner">The parser's own exception.</param>
public sealed class LedgerException(string place, string fault, string advice, Exception? inner = null)
    : MalformedInputException(place, fault, advice, inner);
