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

    /// <summary>Every attestation that was used, or none at all (the specification forbids a partial list).</summary>
    public IReadOnlyList<InputAttestation> InputAttestations { get; init; } = [];

    private bool Passed => Decision.Verdict == Verdict.Approved;

    /// <summary>The statement to sign.</summary>
    public Statement ToStatement() => new(Subjects, PredicateType, JsonSerializer.SerializeToElement(new JsonObject
    {
        ["verifier"] = new JsonObject { ["id"] = VerifierId, ["version"] = new JsonObject { ["loragate"] = VerifierVersion } },
        ["timeVerified"] = TimeVerified.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["resourceUri"] = ResourceUri,
        ["policy"] = Resource(PolicyUri, Decision.Policy.Digest),
        ["inputAttestations"] = new JsonArray([.. InputAttestations.Select(input => Resource(input.Uri, input.Sha256))]),
        ["verificationResult"] = Passed ? "PASSED" : "FAILED",
        ["verifiedLevels"] = new JsonArray(Passed ? "LORAGATE_APPROVED" : "FAILED"),
        [DecisionProperty] = OwnProperties(),
    }));

    /// <summary>The policy and the exact verdict that a summary of ours names.</summary>
    /// <param name="statement">A statement whose signature held.</param>
    /// <param name="place">The file, for messages.</param>
    /// <exception cref="SignatureException">A summary of another program, or one without these members.</exception>
    public static (PolicyIdentity Policy, Verdict Verdict)? Read(Statement statement, string place)
    {
        ArgumentNullException.ThrowIfNull(statement);
        var predicate = new JsonFields(statement.Predicate, $"{place}, predicate", SignatureFault.MalformedStatement);
        if (!predicate.Has(DecisionProperty))
            return null;
        var own = predicate.Object(DecisionProperty);
        var named = own.Object("policy");
        return Artifacts.Digest.TryParse(predicate.Object("policy").Object("digest").Text("sha256"), out var digest) && Enum.TryParse<Verdict>(own.Text("verdict"), ignoreCase: true, out var verdict)
            ? (new PolicyIdentity(named.Text("name"), named.Text("version"), digest), verdict)
            : throw own.Refuse("no policy digest or no verdict");
    }

    private JsonObject OwnProperties() => new()
    {
        ["verdict"] = JsonSerializer.SerializeToNode(Decision.Verdict, RecordJson.Options),
        ["decision"] = new JsonObject { ["sha256"] = Decision.ComputeDigest().Hex },
        ["asOf"] = Decision.AsOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["policy"] = new JsonObject { ["name"] = Decision.Policy.Name, ["version"] = Decision.Policy.Version },
    };

    private static JsonObject Resource(string uri, Artifacts.Digest sha256) =>
        new() { ["uri"] = uri, ["digest"] = new JsonObject { ["sha256"] = sha256.Hex } };
}
