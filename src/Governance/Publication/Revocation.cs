using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Governance.Approvals;
using Loragate.Governance.Ledger;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Publication;

/// <summary>Somebody's word that a release is not to be used any more (docs/formats/release.v1.md). The ledger holds the signed bundle itself: there is nowhere else to keep it.</summary>
/// <param name="Release">The release's manifest digest.</param>
/// <param name="Reason">Why, in one line.</param>
public sealed record Revocation(Digest Release, string Reason)
{
    /// <summary>The predicate type.</summary>
    public const string PredicateType = "urn:loragate:revocation:v1";

    /// <summary>The type of the entry in the ledger.</summary>
    public const string EntryType = "revocation";

    private const string Bundle = "bundle";

    /// <summary>The ledger's entry.</summary>
    /// <param name="release">The entry of the release.</param>
    /// <param name="signer">Who revokes.</param>
    /// <param name="now">When.</param>
    public LedgerEntry ToEntry(LedgerEntry release, Signer signer, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(release);
        var statement = new Statement([new Subject(ReleaseLayout.EntrySubject, Release)], PredicateType, JsonSerializer.SerializeToElement(new JsonObject { ["reason"] = Reason }));
        var bundle = Attestation.Sign(statement, signer);
        return new LedgerEntry(EntryType, now, release.Subjects, [new LedgerEvidence(SigstoreBundle.MediaType, Digest.Of(bundle))], JsonSerializer.SerializeToElement(new JsonObject { [Bundle] = JsonNode.Parse(bundle) }));
    }

    /// <summary>What an entry revokes, once somebody in the trust policy was found to have signed it.</summary>
    /// <param name="logged">The entry.</param>
    /// <param name="trust">The trust policy. Whose key has expired or is lost may still stop a release: stopping is never the dangerous direction.</param>
    /// <param name="signer">The signer's id.</param>
    /// <exception cref="SignatureException">No revocation, or nobody known signed it.</exception>
    public static Revocation Read(LoggedEvent logged, TrustPolicy trust, out string signer)
    {
        ArgumentNullException.ThrowIfNull(logged);
        ArgumentNullException.ThrowIfNull(trust);
        var place = FormattableString.Invariant($"entry {logged.Index}");
        var bytes = RecordJson.Canonical(new JsonFields(logged.Entry.Data, place, SignatureFault.MalformedBundle).Only(Bundle).Required(Bundle, JsonValueKind.Object));
        var bundle = SigstoreBundle.Parse(bytes, place);
        var who = trust.Identify(bundle.Material, logged.Entry.Time, place);
        var statement = SignedStatement.Open(bundle, who.Key, place);
        signer = who.Signer.Id;
        if (statement.PredicateType != PredicateType || statement.Subjects is not [{ Name: ReleaseLayout.EntrySubject, Sha256: var release }])
            throw new SignatureException(SignatureFault.OtherPredicate, place, "no revocation of one release");
        var reason = new JsonFields(statement.Predicate, place, SignatureFault.MalformedStatement).Only("reason").Text("reason");
        return PlainWords.Fault(reason) is { } fault ? throw new SignatureException(SignatureFault.MalformedStatement, place, fault) : new Revocation(release, reason);
    }
}
