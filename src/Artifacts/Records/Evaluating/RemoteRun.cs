namespace Loragate.Artifacts.Records.Evaluating;

/// <summary>
/// Where answers come from that a server gave: it was asked token ids, and a probe showed that base and adapter are about the ones named. Which weights it
/// computed with stays its word.
/// </summary>
/// <param name="Evidence">Always "remote-unattested".</param>
/// <param name="Server">The server's program and version.</param>
/// <param name="Model">The id that was asked: the base's, or the adapter's name, which is made of its digest.</param>
/// <param name="Root">What the server says that it loaded under the id; null where it says nothing.</param>
/// <param name="MaxLength">The longest sequence that the server takes, in tokens.</param>
/// <param name="Probe">SHA-256 of the probe record.</param>
/// <param name="ProbeDistance">Root mean square of what the server's answers on the probe differ by, in nats a sequence.</param>
public sealed record RemoteRun(string Evidence, string Server, string Model, string? Root, int MaxLength, Digest Probe, double ProbeDistance)
{
    /// <summary>The one kind of evidence that a server gives.</summary>
    public const string Unattested = "remote-unattested";
}
