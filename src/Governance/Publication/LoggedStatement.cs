using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Governance.Ledger;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Publication;

/// <summary>Somebody's signed word about a release that the ledger holds whole: there is nowhere else to keep it.</summary>
internal static class LoggedStatement
{
    private const string Bundle = "bundle";

    /// <summary>Signs a statement and makes the entry that carries it.</summary>
    /// <param name="type">The entry's type.</param>
    /// <param name="statement">What is said.</param>
    /// <param name="subjects">What the entry is about.</param>
    /// <param name="evidence">What it rests on besides the bundle.</param>
    /// <param name="signer">Who says it.</param>
    /// <param name="now">When.</param>
    public static LedgerEntry Sign(string type, Statement statement, IReadOnlyList<LedgerSubject> subjects, IReadOnlyList<LedgerEvidence> evidence, Signer signer, DateTimeOffset now)
    {
        var bundle = Attestation.Sign(statement, signer);
        return new LedgerEntry(type, now, subjects, [new LedgerEvidence(SigstoreBundle.MediaType, Digest.Of(bundle)), .. evidence], JsonSerializer.SerializeToElement(new JsonObject { [Bundle] = JsonNode.Parse(bundle) }));
    }

    /// <summary>The statement in an entry, once somebody in the trust policy was found to have signed it. Whose key has expired or is lost is still heard: stopping is never the dangerous direction.</summary>
    /// <param name="logged">The entry.</param>
    /// <param name="trust">The trust policy.</param>
    /// <param name="predicateType">What it must be.</param>
    /// <param name="what">The same in words.</param>
    /// <exception cref="SignatureException">Something else, not about one release, or signed by nobody known.</exception>
    public static (Digest Release, JsonElement Predicate, string Signer) Open(LoggedEvent logged, TrustPolicy trust, string predicateType, string what)
    {
        var place = PlaceOf(logged);
        var bytes = RecordJson.Canonical(new JsonFields(logged.Entry.Data, place, SignatureFault.MalformedBundle).Only(Bundle).Required(Bundle, JsonValueKind.Object));
        var bundle = SigstoreBundle.Parse(bytes, place);
        var who = trust.Identify(bundle.Material, logged.Entry.Time, place);
        var statement = SignedStatement.Open(bundle, who.Key, place);
        if (statement.PredicateType != predicateType || statement.Subjects is not [{ Name: ReleaseLayout.EntrySubject, Sha256: var release }])
            throw new SignatureException(SignatureFault.OtherPredicate, place, $"no {what} of one release");
        return logged.Entry.Subjects.Contains(new LedgerSubject(ReleaseLayout.EntrySubject, release))
            ? (release, statement.Predicate, who.Signer.Id)
            : throw new SignatureException(SignatureFault.OtherPredicate, place, $"the {what} that it carries is of another release than the entry names");
    }

    /// <summary>Where an entry stands, for messages.</summary>
    public static string PlaceOf(LoggedEvent logged) => FormattableString.Invariant($"entry {logged.Index}");
}
