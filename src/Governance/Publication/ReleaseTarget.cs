using Loragate.Artifacts;

namespace Loragate.Governance.Publication;

/// <summary>An earlier release.</summary>
/// <param name="Release">Its manifest digest.</param>
public sealed record ReleaseTarget(Digest Release) : RollbackTarget
{
    /// <inheritdoc/>
    public override Digest Digest => Release;
}
