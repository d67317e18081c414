using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;

namespace Loragate.Governance.Deciding;

/// <summary>A record and its place in the dossier.</summary>
/// <typeparam name="T">The kind of record.</typeparam>
/// <param name="Path">The file, relative to the dossier, with '/' between folders.</param>
/// <param name="Record">The record.</param>
/// <param name="Digest">The record's name: SHA-256 of its canonical bytes, which are those that it was read from.</param>
public sealed record FiledRecord<T>(string Path, T Record, Digest Digest)
    where T : Record
{
    /// <summary>A record that was made here.</summary>
    /// <param name="path">The file, relative to the dossier, with '/' between folders.</param>
    /// <param name="record">The record.</param>
    public FiledRecord(string path, T record)
        : this(path, record, (record ?? throw new ArgumentNullException(nameof(record))).ComputeDigest())
    {
    }

    /// <summary>How a decision cites it.</summary>
    public EvidenceLink ToLink() => new(Path, Record.Schema, Digest);
}
