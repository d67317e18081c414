using Loragate.Artifacts.Records;

namespace Loragate.Governance.Dossiers;

/// <summary>A record and the run that made it: how old it is.</summary>
/// <typeparam name="T">The kind of record.</typeparam>
/// <param name="Record">The record.</param>
/// <param name="Run">The run; its day is the record's age.</param>
public sealed record DatedRecord<T>(T Record, Run Run)
    where T : Record;
