using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;

namespace Loragate.Governance.Policies.Comparing;

/// <summary>What two policies decide from the evidence of one dossier.</summary>
/// <param name="Dossier">The folder's name.</param>
/// <param name="Adapter">The adapter's name.</param>
/// <param name="AdapterDigest">Its digest.</param>
/// <param name="AsOf">The day of its decision: both policies are held against the evidence as of that day.</param>
/// <param name="Signer">Under whose trust the dossier was verified, in words; null where it is not signed.</param>
/// <param name="Policy">The policy that it was decided by.</param>
/// <param name="Verdict">The verdict that it holds.</param>
/// <param name="Before">What the first policy decides.</param>
/// <param name="After">What the second policy decides.</param>
public sealed record DossierShift(
    string Dossier, string Adapter, Digest AdapterDigest, DateOnly AsOf, string? Signer, PolicyIdentity Policy, Verdict Verdict, VerdictSummary Before, VerdictSummary After);
