using Loragate.Artifacts;

namespace Loragate.Governance.Publication.Oci;

/// <summary>A registry, layout, manifest or reference that does not follow the OCI specifications, or a registry that refuses.</summary>
/// <param name="place">The reference, file or request.</param>
/// <param name="fault">What is wrong.</param>
/// <param name="advice">What to do.</param>
/// <param name="inner">The transport's or parser's own exception.</param>
public sealed class OciException(string place, string fault, string advice, Exception? inner = null) : MalformedInputException(place, fault, advice, inner);
