using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Statements;

/// <summary>How the tests of an adapter ended, as in-toto's test result (docs/formats/attestations.v1.md); a pure function of the decision. Rules are the tests.</summary>
public static class EvaluationResult
{
    /// <summary>The predicate type.</summary>
    public const string PredicateType = "https://in-toto.io/attestation/test-result/v0.1";

    private const string Passed = "PASSED";
    private const string Warned = "WARNED";
    private const string Failed = "FAILED";

    /// <summary>The statement to sign.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="file">Its file in the dossier.</param>
    public static Statement Of(Decision decision, string file)
    {
        ArgumentNullException.ThrowIfNull(decision);
        var byResult = decision.Rules.ToLookup(ResultOf, rule => rule.Id);
        return new Statement(Attestation.SubjectsOf(decision.Adapter.Files), PredicateType, JsonSerializer.SerializeToElement(new JsonObject
        {
            ["result"] = byResult.Contains(Failed) ? Failed : byResult.Contains(Warned) ? Warned : Passed,
            ["configuration"] = new JsonArray(
            [
                Described.Resource(file, decision.ComputeDigest()),
                .. Measured(decision.Policy, decision.Tasks).Select(one => Described.Resource(one.Name, one.Sha256)),
                .. decision.Evidence.Select(link => Described.Resource(link.Path, link.Digest)),
            ]),
            ["passedTests"] = Names(byResult[Passed]),
            ["warnedTests"] = Names(byResult[Warned]),
            ["failedTests"] = Names(byResult[Failed]),
        }));
    }

    /// <summary>Why a statement is not about the tests that a verdict rests on; null where it is.</summary>
    /// <param name="statement">A statement of this type whose signature held.</param>
    /// <param name="judgement">The verdict.</param>
    /// <param name="decision">The digest of its decision.</param>
    /// <param name="adapter">The files of the judged adapter.</param>
    /// <param name="place">The file, for messages.</param>
    /// <exception cref="SignatureException">It does not follow the format.</exception>
    public static string? Fault(Statement statement, Judgement judgement, Digest? decision, IReadOnlyList<FileEntry> adapter, string place)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentNullException.ThrowIfNull(judgement);
        ArgumentNullException.ThrowIfNull(adapter);
        var predicate = new JsonFields(statement.Predicate, $"{place}, predicate", SignatureFault.MalformedStatement).Only("result", "configuration", "passedTests", "warnedTests", "failedTests");
        if (predicate.Text("result") is not (Passed or Warned) || predicate.Texts("failedTests").Count > 0)
            return "it did not pass";
        if (!Attestation.Covers(statement, adapter) || statement.Subjects.Count != adapter.Count)
            return "it is about other files than the adapter's";
        var configuration = predicate.Objects("configuration").Select(Described.Read).ToList();
        if (configuration is not [var first, ..] || first.Sha256 != decision)
            return "it is of another decision than the verdict's";
        var measured = Measured(judgement.Policy, judgement.Tasks).ToList();
        return configuration.Skip(1).Take(measured.Count).SequenceEqual(measured) ? null : "it was measured by another policy, other tasks or other data than the verdict's";
    }

    /// <summary>The rules that did not pass and stop nothing, as a statement of this type tells: advisory ones, and those that a waiver lifts.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="place">The file, for messages.</param>
    /// <exception cref="SignatureException">It does not follow the format.</exception>
    internal static IReadOnlyList<string> WarnedIn(Statement statement, string place) => new JsonFields(statement.Predicate, $"{place}, predicate", SignatureFault.MalformedStatement).Texts("warnedTests");

    private static IEnumerable<Subject> Measured(PolicyIdentity policy, IReadOnlyList<MeasuredTask> tasks) =>
        [new($"policy/{policy.Name}", policy.Digest), .. tasks.SelectMany(task => new[] { new Subject($"tasks/{task.Name}", task.TaskDigest), new Subject($"data/{task.Name}", task.DataDigest) })];

    private static string ResultOf(RuleResult rule) => (rule.Outcome, rule.Severity) switch
    {
        (Outcome.Passed, _) => Passed,
        (Outcome.Waived, _) or (_, Severity.Warn or Severity.Info) => Warned,
        _ => Failed,
    };

    private static JsonArray Names(IEnumerable<string> rules) => new([.. rules.Select(rule => JsonValue.Create(rule))]);
}
