namespace Loragate.Governance.Auditing;

/// <summary>What a release is to whoever holds it.</summary>
public enum ReleaseState
{
    /// <summary>The last of its name that stands.</summary>
    Current,

    /// <summary>A later one of its name stands.</summary>
    Superseded,

    /// <summary>Somebody in the trust policy has revoked it.</summary>
    Revoked,

    /// <summary>The ledger holds no such release.</summary>
    Unknown,

    /// <summary>Something that it rests on does not hold: a signature, a key, its quorum.</summary>
    Broken,
}
