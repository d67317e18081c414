namespace Loragate.Artifacts.Records.Deciding;

/// <summary>What somebody says to a release.</summary>
public enum ApprovalOutcome
{
    /// <summary>It may leave.</summary>
    Approved,

    /// <summary>It may not.</summary>
    Refused,
}
