using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;

namespace Loragate.Governance.Signing;

/// <summary>What was judged, by what, and how it ended: all that somebody who accepts a release has to compare with what he expects.</summary>
/// <param name="Adapter">The adapter's name, for people.</param>
/// <param name="AdapterDigest">SHA-256 over the canonical JSON of its files.</param>
/// <param name="Base">The base's weights digest; null where no merge took place.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Tasks">What was measured, by name.</param>
/// <param name="AsOf">The day of the decision, UTC.</param>
/// <param name="Verdict">The verdict.</param>
public sealed record Judgement(string Adapter, Digest AdapterDigest, Digest? Base, PolicyIdentity Policy, IReadOnlyList<MeasuredTask> Tasks, DateOnly AsOf, Verdict Verdict)
{
    /// <summary>What a decision says.</summary>
    public static Judgement Of(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        return new(decision.Adapter.Name, decision.Adapter.Digest, decision.Base, decision.Policy, decision.Tasks, decision.AsOf, decision.Verdict);
    }
}
