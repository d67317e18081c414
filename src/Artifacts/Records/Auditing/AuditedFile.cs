namespace Loragate.Artifacts.Records.Auditing;

/// <summary>A file beside the weights.</summary>
/// <param name="Path">Its name.</param>
/// <param name="Verdict">How it compares with the base's.</param>
/// <param name="Keys">Keys whose values differ, and keys that only one side has.</param>
public sealed record AuditedFile(string Path, FileVerdict Verdict, IReadOnlyList<string> Keys);
