using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Approvals;

/// <summary>A dated exception from one rule for one adapter (docs/formats/approvals.v1.md). Several people sign the same payload, one bundle each.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Policy">The policy's digest.</param>
/// <param name="Adapter">The adapter's digest.</param>
/// <param name="Reason">Why, in one line.</param>
/// <param name="From">The first day, UTC.</param>
/// <param name="Until">The last day, UTC.</param>
public sealed record Waiver(string Rule, Digest Policy, Digest Adapter, string Reason, DateOnly From, DateOnly Until)
{
    /// <summary>The predicate type.</summary>
    public const string PredicateType = "urn:loragate:waiver:v1";

    private const string Sha256 = "sha256";
    private const string Day = "yyyy-MM-dd";

    /// <summary>How many days it lasts, the first and the last included.</summary>
    public int Days => Until.DayNumber - From.DayNumber + 1;

    /// <summary>The statement to sign; its subjects are the adapter's files.</summary>
    public Statement ToStatement(AdapterIdentity adapter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        return new Statement(Attestation.SubjectsOf(adapter.Files), PredicateType, JsonSerializer.SerializeToElement(new JsonObject
        {
            ["rule"] = Rule,
            ["policy"] = new JsonObject { [Sha256] = Policy.Hex },
            ["adapter"] = new JsonObject { [Sha256] = Adapter.Hex },
            ["reason"] = Reason,
            ["from"] = From.ToString(Day, CultureInfo.InvariantCulture),
            ["until"] = Until.ToString(Day, CultureInfo.InvariantCulture),
        }));
    }

    /// <summary>Reads what a statement says.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="place">The file, for messages.</param>
    /// <exception cref="SignatureException">Another predicate, or one that does not follow the format.</exception>
    public static Waiver Read(Statement statement, string place)
    {
        ArgumentNullException.ThrowIfNull(statement);
        if (statement.PredicateType != PredicateType)
            throw new SignatureException(SignatureFault.OtherPredicate, place, $"predicate type '{statement.PredicateType}' where '{PredicateType}' was expected");
        var fields = new JsonFields(statement.Predicate, $"{place}, predicate", SignatureFault.MalformedStatement).Only("rule", "policy", "adapter", "reason", "from", "until");
        var waiver = new Waiver(fields.Text("rule"), Digest(fields, "policy"), Digest(fields, "adapter"), fields.Text("reason"), DayOf(fields, "from"), DayOf(fields, "until"));
        return waiver.Fault() is { } fault ? throw fields.Refuse(fault) : waiver;
    }

    /// <summary>Why nobody should sign this; null where it may be signed.</summary>
    public string? Fault() => this switch
    {
        _ when PlainWords.RoleFault(Rule) is not null => "a rule's id is made of small letters, digits and single hyphens",
        { Reason.Length: 0 } => "a waiver needs a reason",
        _ when PlainWords.Fault(Reason) is { } fault => fault,
        { Days: < 1 } => "the last day lies before the first",
        _ => null,
    };

    private static Digest Digest(JsonFields fields, string name) => fields.Object(name).Only(Sha256).Sha256();

    private static DateOnly DayOf(JsonFields fields, string name) =>
        DateOnly.TryParseExact(fields.Text(name), Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : throw fields.Refuse($"member '{name}' is not a day such as 2026-01-31");
}
