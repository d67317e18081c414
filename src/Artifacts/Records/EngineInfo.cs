namespace Loragate.Artifacts.Records;

/// <summary>Which code made a record, in enough detail that the same code gives the same record.</summary>
/// <param name="Name">The engine: "loragate.merge", "loragate.evaluate" …</param>
/// <param name="Version">The build.</param>
/// <param name="Procedure">The arithmetic or method and its version, "canonical/1".</param>
/// <param name="Device">"cpu", "cuda" …</param>
public sealed record EngineInfo(string Name, string Version, string Procedure, string Device);
