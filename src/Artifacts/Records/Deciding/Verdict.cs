namespace Loragate.Artifacts.Records.Deciding;

/// <summary>What becomes of the release.</summary>
public enum Verdict
{
    /// <summary>Every blocking rule passed or is waived.</summary>
    Approved,

    /// <summary>A blocking rule failed.</summary>
    Rejected,

    /// <summary>No blocking rule failed, but one is undecided.</summary>
    Undecided,
}
