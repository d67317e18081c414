using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;

namespace Loragate.Governance.Deciding;

/// <summary>A record and its place in the dossier.</summary>
/// <typeparam name="T">The kind of record.</typeparam>
/// <param name="Path">The file, relative to the dossier, with '/' between folders.</param>
/// <param name="Record">The record.</param>
public sealed record FiledRecord<T>(string Path, T Record)
    where T : Record
{
    /// <summary>The record's name: SHA-256 of its canonical bytes.</summary>
    public Digest Digest { get; } = Record.ComputeDigest();

    /// <summary>How a decision cites it.</summary>
    public EvidenceLink ToLink() => new(Path, Record.Schema, Digest);
}
