using Loragate.Artifacts;

namespace Loragate.EvalHarness.Remote;

/// <summary>A server that cannot be reached, refuses, or answers something else than the protocol says: never a score.</summary>
/// <param name="place">The address, and the request.</param>
/// <param name="fault">What is wrong.</param>
/// <param name="advice">What to do.</param>
/// <param name="inner">The transport's or parser's own exception.</param>
public sealed class RemoteException(string place, string fault, string advice, Exception? inner = null) : MalformedInputException(place, fault, advice, inner);
