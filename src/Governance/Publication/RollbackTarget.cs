using Loragate.Artifacts;

namespace Loragate.Governance.Publication;

/// <summary>What is used instead of a release that was taken back: <see cref="ReleaseTarget"/> or <see cref="BaseTarget"/>.</summary>
public abstract record RollbackTarget
{
    private protected RollbackTarget()
    {
    }

    /// <summary>The release's manifest digest, or the base's weights digest.</summary>
    public abstract Digest Digest { get; }
}
