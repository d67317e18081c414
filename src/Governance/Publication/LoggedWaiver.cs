using Loragate.Artifacts;

namespace Loragate.Governance.Publication;

/// <summary>A waiver that holds, in a decision's entry.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Sha256">The waiver's id.</param>
/// <param name="Signatures">Who signed it.</param>
/// <param name="Until">Its last day.</param>
public sealed record LoggedWaiver(string Rule, Digest Sha256, IReadOnlyList<LoggedSignature> Signatures, DateOnly Until);
