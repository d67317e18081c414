using Loragate.Artifacts;
using Loragate.Governance.Yaml;

namespace Loragate.Governance.Policies;

/// <summary>A policy that does not follow docs/formats/policy.v1.md; says all that is wrong with it at once.</summary>
/// <param name="place">The file.</param>
/// <param name="faults">At least one, in the order of their lines.</param>
/// <param name="inner">The YAML parser's own exception.</param>
public sealed class PolicyException(string place, IReadOnlyList<YamlFault> faults, Exception? inner = null)
    : MalformedInputException(place, string.Join("; ", faults), "The keys are described in docs/formats/policy.v1.md.", inner)
{
    /// <summary>Everything that is wrong, in the order of the lines.</summary>
    public IReadOnlyList<YamlFault> Faults { get; } = faults;
}
