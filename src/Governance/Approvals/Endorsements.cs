using Loragate.Artifacts;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Approvals;

/// <summary>What people have signed about a release, and who counts. What is in the bundles is judged with the decision.</summary>
public sealed record Endorsements
{
    /// <summary>Who may sign what.</summary>
    public required TrustPolicy Trust { get; init; }

    /// <summary>The hint of the gate's own key, which approves nothing.</summary>
    public required Digest GateKey { get; init; }

    /// <summary>The ids of who made the adapter.</summary>
    public IReadOnlyList<string> Authors { get; init; } = [];

    /// <summary>The approvals, by file.</summary>
    public IReadOnlyList<FiledBundle> Approvals { get; init; } = [];

    /// <summary>The waivers, by file.</summary>
    public IReadOnlyList<FiledBundle> Waivers { get; init; } = [];

    /// <summary>Everything that was signed.</summary>
    public IEnumerable<FiledBundle> All => Approvals.Concat(Waivers);
}
