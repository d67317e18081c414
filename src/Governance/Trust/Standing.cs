namespace Loragate.Governance.Trust;

/// <summary>How a credential stands at a moment.</summary>
public enum Standing
{
    /// <summary>It counts.</summary>
    Good,

    /// <summary>The moment lies before or after its window.</summary>
    OutsideWindow,

    /// <summary>Somebody else may have had the key by then.</summary>
    Compromised,
}
