using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Approvals;

/// <summary>Somebody's word on a release (docs/formats/approvals.v1.md).</summary>
/// <param name="Basis">What it is bound to: <see cref="ApprovalBasis.ComputeDigest"/>.</param>
/// <param name="Decision">The decision that was seen. After a <see cref="AdapterRevocation"/> it must be one that knew of it.</param>
/// <param name="Policy">The policy's digest.</param>
/// <param name="Role">The role in which it is given.</param>
/// <param name="Outcome">What is said.</param>
/// <param name="Note">The signer's own words, one line; may be empty.</param>
public sealed record Approval(Digest Basis, Digest Decision, Digest Policy, string Role, ApprovalOutcome Outcome, string Note)
{
    /// <summary>The predicate type.</summary>
    public const string PredicateType = "urn:loragate:approval:v1";

    private const string Sha256 = "sha256";
    private static readonly string[] Outcomes = ["approved", "refused"];

    /// <summary>An approval of what a decision judged.</summary>
    public static Approval Of(Decision decision, string role, ApprovalOutcome outcome, string note)
    {
        ArgumentNullException.ThrowIfNull(decision);
        return new(ApprovalBasis.Of(decision).ComputeDigest(), decision.ComputeDigest(), decision.Policy.Digest, role, outcome, note);
    }

    /// <summary>The statement to sign; its subjects are the adapter's files.</summary>
    public Statement ToStatement(AdapterIdentity adapter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        return new Statement(Attestation.SubjectsOf(adapter.Files), PredicateType, JsonSerializer.SerializeToElement(new JsonObject
        {
            ["basis"] = Named(Basis),
            ["decision"] = Named(Decision),
            ["policy"] = Named(Policy),
            ["role"] = Role,
            ["outcome"] = Outcomes[(int)Outcome],
            ["note"] = Note,
        }));
    }

    /// <summary>Reads what a statement says.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="place">The file, for messages.</param>
    /// <exception cref="SignatureException">Another predicate, or one that does not follow the format.</exception>
    public static Approval Read(Statement statement, string place)
    {
        ArgumentNullException.ThrowIfNull(statement);
        if (statement.PredicateType != PredicateType)
            throw new SignatureException(SignatureFault.OtherPredicate, place, $"predicate type '{statement.PredicateType}' where '{PredicateType}' was expected");
        var fields = new JsonFields(statement.Predicate, $"{place}, predicate", SignatureFault.MalformedStatement).Only("basis", "decision", "policy", "role", "outcome", "note");
        var (role, note) = (fields.Text("role"), fields.Text("note"));
        var outcome = Array.IndexOf(Outcomes, fields.Text("outcome"));
        if (outcome < 0)
            throw fields.Refuse($"member 'outcome' is neither {string.Join(" nor ", Outcomes)}");
        if ((PlainWords.RoleFault(role) ?? PlainWords.Fault(note)) is { } fault)
            throw fields.Refuse(fault);
        return new Approval(Digest(fields, "basis"), Digest(fields, "decision"), Digest(fields, "policy"), role, (ApprovalOutcome)outcome, note);
    }

    /// <summary>The decision that a bundle says was seen, whoever signed it; null for what is no approval.</summary>
    /// <param name="bundle">The bundle.</param>
    public static Digest? DecisionIn(FiledBundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        try
        {
            return Read(Statement.Parse(SigstoreBundle.Parse(bundle.Bytes, bundle.File).Envelope.Payload, bundle.File), bundle.File).Decision;
        }
        catch (SignatureException)
        {
            return null;
        }
    }

    private static Digest Digest(JsonFields fields, string name) => fields.Object(name).Only(Sha256).Sha256();

    private static JsonObject Named(Digest digest) => new() { [Sha256] = digest.Hex };
}
