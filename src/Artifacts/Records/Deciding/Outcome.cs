namespace Loragate.Artifacts.Records.Deciding;

/// <summary>What a rule found.</summary>
public enum Outcome
{
    /// <summary>The evidence shows that the demand is met.</summary>
    Passed,

    /// <summary>The evidence shows that it is not.</summary>
    Failed,

    /// <summary>There is not enough evidence.</summary>
    Undecided,

    /// <summary>A signed waiver lifts the rule.</summary>
    Waived,
}
