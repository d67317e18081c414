namespace Loragate.Governance.Publication.Oci;

/// <summary>A blob stopped coming before its end: it may be fetched again. A fault of the disk that it goes to is none.</summary>
/// <param name="message">From where, and how far it came.</param>
/// <param name="inner">The transport's own exception; null where the end was orderly.</param>
internal sealed class BrokenSourceException(string message, Exception? inner = null) : IOException(message, inner);
