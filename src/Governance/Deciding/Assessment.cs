using Loragate.Artifacts;

namespace Loragate.Governance.Deciding;

/// <summary>One rule held against the evidence: settled, or weighed and waiting for the correction over all rules.</summary>
/// <param name="Evidence">Digests of the records that were read.</param>
internal abstract record Assessment(IReadOnlyList<Digest> Evidence);
