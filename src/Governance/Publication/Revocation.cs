using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Governance.Approvals;
using Loragate.Governance.Ledger;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Publication;

/// <summary>Somebody's word that a release is not to be used any more (docs/formats/release.v1.md).</summary>
/// <param name="Release">The release's manifest digest.</param>
/// <param name="Reason">Why, in one line.</param>
public sealed record Revocation(Digest Release, string Reason)
{
    /// <summary>The predicate type.</summary>
    public const string PredicateType = "urn:loragate:revocation:v1";

    /// <summary>The type of the entry in the ledger.</summary>
    public const string EntryType = "revocation";

    /// <summary>The ledger's entry.</summary>
    /// <param name="release">The entry of the release.</param>
    /// <param name="signer">Who revokes.</param>
    /// <param name="now">When.</param>
    public LedgerEntry ToEntry(LedgerEntry release, Signer signer, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(release);
        var statement = new Statement([new Subject(ReleaseLayout.EntrySubject, Release)], PredicateType, JsonSerializer.SerializeToElement(new JsonObject { ["reason"] = Reason }));
        return LoggedStatement.Sign(EntryType, statement, release.Subjects, [], signer, now);
    }

    /// <summary>What an entry revokes, once somebody in the trust policy was found to have signed it.</summary>
    /// <param name="logged">The entry.</param>
    /// <param name="trust">The trust policy.</param>
    /// <param name="signer">The signer's id.</param>
    /// <exception cref="SignatureException">No revocation, or nobody known signed it.</exception>
    public static Revocation Read(LoggedEvent logged, TrustPolicy trust, out string signer)
    {
        ArgumentNullException.ThrowIfNull(logged);
        ArgumentNullException.ThrowIfNull(trust);
        (var release, var predicate, signer) = LoggedStatement.Open(logged, trust, PredicateType, "revocation");
        var place = LoggedStatement.PlaceOf(logged);
        var reason = new JsonFields(predicate, place, SignatureFault.MalformedStatement).Only("reason").Text("reason");
        return PlainWords.Fault(reason) is { } fault ? throw new SignatureException(SignatureFault.MalformedStatement, place, fault) : new Revocation(release, reason);
    }
}
