namespace Loragate.EvalHarness.Journals;

/// <summary>Where a run keeps its answers until all are there.</summary>
/// <param name="Path">The file; the caller removes it once the report is written.</param>
/// <param name="Seal">Who vouches for each answer; null where nobody does, and what lies there is believed.</param>
public sealed record JournalFile(string Path, JournalSeal? Seal = null);
