namespace Loragate.Artifacts.Records.Deciding;

/// <summary>Whether a waiver holds, or the first reason why not (docs/formats/approvals.v1.md).</summary>
public enum WaiverState
{
    /// <summary>It lifts its rule.</summary>
    Valid,

    /// <summary>No strict bundle, statement or predicate.</summary>
    Malformed,

    /// <summary>About other files.</summary>
    OtherAdapter,

    /// <summary>About a rule of another policy.</summary>
    OtherPolicy,

    /// <summary>The policy does not let this rule be waived.</summary>
    NotWaivable,

    /// <summary>For more days than the policy allows.</summary>
    TooLong,

    /// <summary>Its first day is still to come.</summary>
    NotYet,

    /// <summary>Its last day is over.</summary>
    Expired,

    /// <summary>An author of the adapter signed it.</summary>
    Author,

    /// <summary>Too few people whose signature counts.</summary>
    TooFewSigners,
}
