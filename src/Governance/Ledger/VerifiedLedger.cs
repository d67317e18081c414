using Loragate.Artifacts;
using Loragate.Artifacts.Records;

namespace Loragate.Governance.Ledger;

/// <summary>What <c>ledger verify</c> found, for machines (docs/formats/results.v1.md).</summary>
/// <param name="Ledger">The ledger's name.</param>
/// <param name="Holds">Whether everything that was checked holds.</param>
/// <param name="Size">How many entries it has; null where the checkpoint does not hold.</param>
/// <param name="Root">The root over them; likewise.</param>
/// <param name="Seen">The sizes of the checkpoints that were seen before, and with which it was asked to begin.</param>
/// <param name="Witnessed">How far the quorum of witnesses has seen it; null where nobody was asked, or it has seen nothing.</param>
/// <param name="Fault">The first thing that is wrong; null where all holds.</param>
/// <param name="Warnings">What is told and changes nothing.</param>
public sealed record VerifiedLedger(
    string Ledger,
    bool Holds,
    long? Size,
    Digest? Root,
    IReadOnlyList<long> Seen,
    WitnessedSize? Witnessed,
    LedgerFault? Fault,
    IReadOnlyList<string> Warnings) : Record
{
    /// <inheritdoc/>
    public override string Schema => "loragate.verified-ledger/1";
}
