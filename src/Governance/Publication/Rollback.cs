using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Approvals;
using Loragate.Governance.Ledger;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Publication;

/// <summary>Somebody's word on what is used instead of a release that is revoked with it (docs/formats/release.v1.md).</summary>
/// <param name="From">The manifest digest of the release that is taken back.</param>
/// <param name="To">What is used instead.</param>
/// <param name="Reason">Why, in one line.</param>
public sealed record Rollback(Digest From, RollbackTarget To, string Reason)
{
    /// <summary>The predicate type.</summary>
    public const string PredicateType = "urn:loragate:rollback:v1";

    /// <summary>The type of the entry in the ledger.</summary>
    public const string EntryType = "rollback";

    /// <summary>The name of the entry's subject that is used instead.</summary>
    public const string TargetSubject = "to";

    private const string Release = "release";
    private const string Unmerge = "unmerge";

    /// <summary>The two entries of a rollback, logged in one append: the revocation, and what is used instead.</summary>
    /// <param name="release">The entry of the release that is taken back.</param>
    /// <param name="signer">Who takes it back.</param>
    /// <param name="now">When.</param>
    /// <param name="revocation">The entry by which somebody known has taken it back already; null makes one.</param>
    public IReadOnlyList<LedgerEntry> ToEntries(LedgerEntry release, Signer signer, DateTimeOffset now, LedgerEntry? revocation = null)
    {
        ArgumentNullException.ThrowIfNull(release);
        var predicate = new JsonObject { ["reason"] = Reason, [To is ReleaseTarget ? Release : Unmerge] = TargetNode() };
        var statement = new Statement([new Subject(ReleaseLayout.EntrySubject, From)], PredicateType, JsonSerializer.SerializeToElement(predicate));
        LedgerEvidence[] proof = To is BaseTarget { Proof: var unmerge } ? [new LedgerEvidence(unmerge.Schema, unmerge.ComputeDigest())] : [];
        return
        [
            revocation ?? new Revocation(From, Reason).ToEntry(release, signer, now),
            LoggedStatement.Sign(EntryType, statement, [.. release.Subjects, new LedgerSubject(TargetSubject, To.Digest)], proof, signer, now),
        ];
    }

    /// <summary>The entry by which somebody known has gone back to the same instead of the same release already; null where nobody has.</summary>
    /// <param name="history">The ledger's entries, after they hashed to its signed root.</param>
    /// <param name="trust">The trust policy.</param>
    public LoggedEvent? FindIn(LedgerHistory history, TrustPolicy trust)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trust);
        return history.OfType(EntryType).FirstOrDefault(logged =>
        {
            try
            {
                return Read(logged, trust, out _) is var earlier && earlier.From == From && earlier.To.Digest == To.Digest;
            }
            catch (SignatureException)
            {
                return false;
            }
        });
    }

    /// <summary>What an entry says, once somebody in the trust policy was found to have signed it.</summary>
    /// <param name="logged">The entry.</param>
    /// <param name="trust">The trust policy.</param>
    /// <param name="signer">The signer's id.</param>
    /// <exception cref="SignatureException">No rollback, or nobody known signed it.</exception>
    public static Rollback Read(LoggedEvent logged, TrustPolicy trust, out string signer)
    {
        ArgumentNullException.ThrowIfNull(logged);
        ArgumentNullException.ThrowIfNull(trust);
        (var from, var predicate, signer) = LoggedStatement.Open(logged, trust, PredicateType, "rollback");
        var place = LoggedStatement.PlaceOf(logged);
        var fields = new JsonFields(predicate, place, SignatureFault.MalformedStatement).Only("reason", Release, Unmerge);
        if (fields.Has(Release) == fields.Has(Unmerge))
            throw new SignatureException(SignatureFault.MalformedStatement, place, $"either '{Release}' or '{Unmerge}' is used instead");
        RollbackTarget target = fields.Has(Release) ? new ReleaseTarget(fields.Object(Release).Only("sha256").Sha256()) : new BaseTarget(ReadProof(fields, place));
        var reason = fields.Text("reason");
        return PlainWords.Fault(reason) is { } fault ? throw new SignatureException(SignatureFault.MalformedStatement, place, fault) : new Rollback(from, target, reason);
    }

    private static UnmergeReceipt ReadProof(JsonFields fields, string place)
    {
        try
        {
            return Record.Parse<UnmergeReceipt>(RecordJson.Canonical(fields.Required(Unmerge, JsonValueKind.Object)), place);
        }
        catch (RecordException e)
        {
            throw new SignatureException(SignatureFault.MalformedStatement, place, e.Fault);
        }
    }

    private JsonNode TargetNode() => To switch
    {
        ReleaseTarget { Release: var digest } => new JsonObject { ["sha256"] = digest.Hex },
        BaseTarget { Proof: var proof } => JsonNode.Parse(proof.ToCanonicalJson())!,
        _ => throw new InvalidOperationException("Another kind of target."),
    };
}
