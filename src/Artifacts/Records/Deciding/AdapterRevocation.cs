namespace Loragate.Artifacts.Records.Deciding;

/// <summary>That somebody took back a release of exactly the judged adapter, as the gate read it in its ledger.</summary>
/// <param name="Entry">The last entry of the ledger that does, from 0.</param>
/// <param name="Signer">The id of who revoked it; null where the gate was given no trust policy, which would say who he is.</param>
/// <param name="Reason">Why, in the signer's own words; null like the signer.</param>
public sealed record AdapterRevocation(long Entry, string? Signer = null, string? Reason = null);
