using Loragate.Artifacts;

namespace Loragate.Governance.Reports;

/// <summary>Where a decision stands in a transparency log (C2SP tlog-tiles), and the checkpoint that covers it.</summary>
/// <param name="Origin">The log's name: the checkpoint's first line (C2SP tlog-checkpoint).</param>
/// <param name="Index">The entry's index, from 0.</param>
/// <param name="Size">Entries that the checkpoint covers.</param>
/// <param name="RootHash">The checkpoint's root hash, base64 as in its third line.</param>
/// <param name="VerifierKey">The log's public key as a signed-note vkey.</param>
/// <param name="EntryDigest">SHA-256 of the logged entry's bytes.</param>
public sealed record LedgerPosition(string Origin, long Index, long Size, string RootHash, string VerifierKey, Digest EntryDigest);
