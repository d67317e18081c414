namespace Loragate.Artifacts.Records;

/// <summary>What a finding or a failed rule means for the release.</summary>
public enum Severity
{
    /// <summary>Told, without consequence.</summary>
    Info,

    /// <summary>Told, and shown to whoever approves.</summary>
    Warn,

    /// <summary>Stops the release.</summary>
    Block,
}
