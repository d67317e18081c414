using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;

namespace Loragate.Governance.Signing;

/// <summary>
/// A decision as a SLSA verification summary (VSA v1): what consumers of a release check without knowing loragate.
/// An undecided release has not passed: only <see cref="Verdict.Approved"/> gives PASSED.
/// </summary>
public sealed record VerificationSummary
{
    /// <summary>The predicate type.</summary>
    public const string PredicateType = "https://slsa.dev/verification_summary/v1";

    /// <summary>The key of our own properties: extension fields stand under URIs only.</summary>
    public const string DecisionProperty = "urn:loragate:decision:v1";

    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const string JudgementMember = "judgement";
    private const string Pass = "PASSED";

    /// <summary>Who judged: a URI.</summary>
    public required string VerifierId { get; init; }

    /// <summary>The verifier's version.</summary>
    public required string VerifierVersion { get; init; }

    /// <summary>When the verdict was reached.</summary>
    public required DateTimeOffset TimeVerified { get; init; }

    /// <summary>What was judged, as consumers will ask for it; they must compare it.</summary>
    public required string ResourceUri { get; init; }

    /// <summary>Where the policy is found.</summary>
    public required string PolicyUri { get; init; }

    /// <summary>The decision.</summary>
    public required Decision Decision { get; init; }

    /// <summary>The subjects: see <see cref="Attestation"/>.</summary>
    public required IReadOnlyList<Subject> Subjects { get; init; }

    private bool Passed => Decision.Verdict == Verdict.Approved;

    /// <summary>The statement to sign.</summary>
    public Statement ToStatement() => new(Subjects, PredicateType, JsonSerializer.SerializeToElement(new JsonObject
    {
        ["verifier"] = new JsonObject { ["id"] = VerifierId, ["version"] = new JsonObject { ["loragate"] = VerifierVersion } },
        ["timeVerified"] = TimeVerified.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture),
        ["resourceUri"] = ResourceUri,
        ["policy"] = Resource(PolicyUri, Decision.Policy.Digest),
        ["inputAttestations"] = new JsonArray([.. Decision.Evidence.Select(record => Resource($"urn:loragate:record:{record.Path}", record.Digest))]),
        ["verificationResult"] = Passed ? Pass : "FAILED",
        ["verifiedLevels"] = new JsonArray(Passed ? "LORAGATE_APPROVED" : "FAILED"),
        [DecisionProperty] = OwnProperties(),
    }));

    /// <summary>What a summary of ours says; null for one of another program.</summary>
    /// <param name="statement">A statement whose signature held.</param>
    /// <param name="place">The file, for messages.</param>
    /// <exception cref="SignatureException">It contradicts itself, or a member of ours is missing or unknown.</exception>
    public static Judgement? Read(Statement statement, string place)
    {
        ArgumentNullException.ThrowIfNull(statement);
        var predicate = new JsonFields(statement.Predicate, $"{place}, predicate", SignatureFault.MalformedStatement);
        if (!predicate.Has(DecisionProperty))
            return null;
        try
        {
            var judgement = predicate.Object(DecisionProperty).Required(JudgementMember, JsonValueKind.Object).Deserialize<Judgement>(RecordJson.Options)!;
            var policy = predicate.Object("policy").Object("digest").Text("sha256");
            return policy == judgement.Policy.Digest.Hex && (predicate.Text("verificationResult") == Pass) == (judgement.Verdict == Verdict.Approved)
                ? judgement
                : throw predicate.Refuse("the summary and its own judgement name different policies or verdicts");
        }
        catch (JsonException e)
        {
            throw new SignatureException(SignatureFault.MalformedStatement, place, $"the judgement cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The digest of the decision that a summary of ours is about; null for one of another program.</summary>
    /// <param name="statement">A statement whose signature held.</param>
    public static Artifacts.Digest? DecisionOf(Statement statement)
    {
        ArgumentNullException.ThrowIfNull(statement);
        return statement.Predicate.TryGetProperty(DecisionProperty, out var own)
            && own.TryGetProperty("decision", out var decision)
            && decision.TryGetProperty("sha256", out var hex)
            && Artifacts.Digest.TryParse(hex.GetString(), out var digest)
            ? digest
            : null;
    }

    /// <summary>When a summary says that its verdict was reached; null where it does not.</summary>
    public static DateTimeOffset? TimeOf(Statement statement)
    {
        ArgumentNullException.ThrowIfNull(statement);
        return statement.Predicate.TryGetProperty("timeVerified", out var time)
            && DateTimeOffset.TryParseExact(time.GetString(), TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var found)
            ? found
            : null;
    }

    private JsonObject OwnProperties() => new()
    {
        ["decision"] = new JsonObject { ["sha256"] = Decision.ComputeDigest().Hex },
        [JudgementMember] = JsonSerializer.SerializeToNode(Judgement.Of(Decision), RecordJson.Options),
    };

    private static JsonObject Resource(string uri, Artifacts.Digest sha256) =>
        new() { ["uri"] = uri, ["digest"] = new JsonObject { ["sha256"] = sha256.Hex } };
}
