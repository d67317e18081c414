using Loragate.Artifacts;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Trust;

/// <summary>What a signer signs with, and when it counts.</summary>
/// <param name="From">The first moment; null for any.</param>
/// <param name="Until">The first moment after it; null for none.</param>
/// <param name="Compromised">The first moment at which somebody else may have had the key; null where nobody had.</param>
public abstract record Credential(DateTimeOffset? From, DateTimeOffset? Until, DateTimeOffset? Compromised)
{
    /// <summary>What no second credential may share.</summary>
    public abstract Digest Identity { get; }

    /// <summary>How it stands at a moment.</summary>
    public Standing At(DateTimeOffset time) => time switch
    {
        _ when time >= Compromised => Standing.Compromised,
        _ when time < From || time >= Until => Standing.OutsideWindow,
        _ => Standing.Good,
    };

    /// <summary>Whether there is a moment at which this and another count.</summary>
    public bool Overlaps(Credential other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return !(End <= other.From || other.End <= From);
    }

    /// <summary>The first moment from which on it counts no more; null for none.</summary>
    private DateTimeOffset? End => Until is null || Compromised < Until ? Compromised : Until;

    /// <summary>Whether a bundle says of itself that this made it; nothing is proved yet.</summary>
    internal abstract bool Claims(VerificationMaterial material);

    /// <summary>The trust that proves it, at a moment; null where nothing tells the moment, and so no certificate's days are judged.</summary>
    internal abstract SignerTrust TrustAt(DateTimeOffset? time);
}
