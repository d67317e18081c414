namespace Loragate.Governance.Publication.Oci;

/// <summary>A registry that has no time for a part of an upload now.</summary>
/// <param name="status">Its answer.</param>
/// <param name="pause">How long to wait before it is asked again.</param>
internal sealed class RegistryBusyException(int status, TimeSpan pause) : IOException($"the registry is busy ({status})")
{
    public TimeSpan Pause => pause;
}
