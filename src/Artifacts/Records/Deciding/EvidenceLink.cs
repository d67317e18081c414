namespace Loragate.Artifacts.Records.Deciding;

/// <summary>A record that a decision rests on.</summary>
/// <param name="Path">Its file in the dossier.</param>
/// <param name="Schema">What kind of record it is.</param>
/// <param name="Digest">Its name.</param>
public sealed record EvidenceLink(string Path, string Schema, Digest Digest);
