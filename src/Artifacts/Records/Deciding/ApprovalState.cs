namespace Loragate.Artifacts.Records.Deciding;

/// <summary>Whether an approval counts, or the first reason why not (docs/formats/approvals.v1.md).</summary>
public enum ApprovalState
{
    /// <summary>It counts.</summary>
    Counted,

    /// <summary>No strict bundle, statement or predicate.</summary>
    Malformed,

    /// <summary>A time stamp lies in the bundle, and none that the trust policy's authorities stand for.</summary>
    BadTimestamp,

    /// <summary>Signed by nobody in the trust policy.</summary>
    UnknownSigner,

    /// <summary>The signature does not belong to the payload.</summary>
    BadSignature,

    /// <summary>Signed with the gate's own key.</summary>
    GateKey,

    /// <summary>Logged outside the key's window.</summary>
    OutsideWindow,

    /// <summary>Logged when somebody else may have had the key.</summary>
    Compromised,

    /// <summary>The trust policy does not give the signer this role.</summary>
    RoleNotHeld,

    /// <summary>The policy asks for nobody in this role.</summary>
    RoleNotDemanded,

    /// <summary>About other files.</summary>
    OtherAdapter,

    /// <summary>About a judgement by another policy.</summary>
    OtherPolicy,

    /// <summary>About other evidence, base, tasks or trust.</summary>
    OtherBasis,

    /// <summary>An author approves what the policy says others must approve.</summary>
    Author,

    /// <summary>Of a decision that knew nothing of the last revocation of a release of this adapter.</summary>
    BeforeRevocation,

    /// <summary>This person, or this key, has said so already in this role.</summary>
    SamePerson,
}
