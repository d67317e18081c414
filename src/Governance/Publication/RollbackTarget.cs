namespace Loragate.Governance.Publication;

/// <summary>What is used instead of a release that was taken back: <see cref="ReleaseTarget"/> or <see cref="BaseTarget"/>.</summary>
public abstract record RollbackTarget
{
    private protected RollbackTarget()
    {
    }
}
