using Loragate.Artifacts.Records;
using Loragate.Governance.Deciding;

namespace Loragate.Governance.Policies;

/// <summary>One demand of a policy. Each kind is one sealed file in Rules with the same cast: Kind, parameters, Read, Judge or Demand, Validator.</summary>
/// <param name="Head">Id, severity, controls, why.</param>
public abstract record Rule(RuleHead Head)
{
    /// <summary>Its id in the policy.</summary>
    public string Id => Head.Id;

    /// <summary>Whether a failure stops the release.</summary>
    public Severity Severity => Head.Severity;

    /// <summary>The kind of check, as policies write it.</summary>
    public abstract string Check { get; }

    /// <summary>Holds the demand against the evidence.</summary>
    internal abstract Assessment Assess(Case @case);
}
