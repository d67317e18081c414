using System.Globalization;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Ci;

/// <summary>
/// A decision as SARIF 2.1.0 (OASIS Standard, errata 01), for code scanning: one SARIF rule a policy rule and a kind of finding, one result
/// a rule and a finding. Passed is "pass", failed "fail" at the rule's level, undecided "open" with a notification, waived a suppressed "fail".
/// </summary>
public static class SarifLog
{
    private const string SchemaUri = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
    private const string FindingPrefix = "finding/";

    /// <summary>No policy's rule: their ids hold no slash.</summary>
    private const string RevokedId = "ledger/revoked";

    /// <summary>Renders the log; the same bytes for the same arguments.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="inspection">The inspection that it rests on.</param>
    /// <param name="version">The version of loragate.</param>
    /// <returns>UTF-8 JSON in canonical form.</returns>
    public static byte[] Render(Decision decision, Inspection inspection, string version)
    {
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(inspection);
        var rules = Rules(decision, inspection).ToList();
        var revoked = decision.IsRejectedByRevocation ? RevocationWords.InEnglish(decision) : null;
        if (revoked is not null)
            rules.Add(new JsonObject { ["id"] = RevokedId, ["shortDescription"] = Text("What somebody took back is released on the word of people who approve it anew, and on no other"), ["defaultConfiguration"] = new JsonObject { ["level"] = LevelOf(Severity.Block) } });
        var index = rules.Index().ToDictionary(rule => (string)rule.Item["id"]!, rule => rule.Index, StringComparer.Ordinal);
        JsonArray results = [.. decision.Rules.Select(rule => OfRule(rule, index[rule.Id])), .. inspection.Findings.Select(finding => OfFinding(finding, index[FindingPrefix + finding.Id], decision.Adapter))];
        if (revoked is not null)
            results.Add(OfRevocation(revoked, index[RevokedId]));
        return RecordJson.Canonical(new JsonObject
        {
            ["$schema"] = SchemaUri,
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(new JsonObject
            {
                ["tool"] = new JsonObject { ["driver"] = new JsonObject { ["name"] = "loragate", ["version"] = version, ["rules"] = new JsonArray([.. rules]) } },
                ["invocations"] = new JsonArray(Invocation(decision)),
                ["results"] = results,
                ["properties"] = Properties(decision),
            }),
        });
    }

    private static IEnumerable<JsonObject> Rules(Decision decision, Inspection inspection) =>
    [
        .. decision.Rules.Select(rule => new JsonObject
        {
            ["id"] = rule.Id,
            ["shortDescription"] = Text($"{rule.Check}{(rule.Task is null ? "" : $" on {rule.Task}")}, demanded by the policy {decision.Policy.Name}"),
            ["defaultConfiguration"] = new JsonObject { ["level"] = LevelOf(rule.Severity) },
            ["properties"] = new JsonObject { ["tags"] = new JsonArray([.. rule.Controls.Distinct(StringComparer.Ordinal).Select(control => JsonValue.Create(control))]) },
        }),
        .. inspection.Findings.DistinctBy(finding => finding.Id, StringComparer.Ordinal).Select(finding => new JsonObject
        {
            ["id"] = FindingPrefix + finding.Id,
            ["shortDescription"] = Text($"The inspection's finding '{finding.Id}'"),
            ["help"] = Text(finding.Advice),
            ["defaultConfiguration"] = new JsonObject { ["level"] = LevelOf(finding.Severity) },
        }),
    ];

    private static JsonObject OfRule(RuleResult rule, int index)
    {
        var fails = rule.Outcome is Outcome.Failed or Outcome.Waived;
        var result = Result(rule.Id, index, fails ? "fail" : rule.Outcome == Outcome.Passed ? "pass" : "open", fails ? LevelOf(rule.Severity) : "none", rule.Summary);
        result["locations"] = new JsonArray(Location("decision.json", rule.Id));
        result["properties"] = new JsonObject
        {
            ["check"] = rule.Check,
            ["outcome"] = Word(rule.Outcome),
            ["reason"] = rule.Reason,
            ["evidence"] = new JsonArray([.. rule.Evidence.Select(digest => JsonValue.Create(digest.Hex))]),
        };
        if (rule.Outcome == Outcome.Waived)
            result["suppressions"] = new JsonArray(new JsonObject { ["kind"] = "external", ["status"] = "accepted", ["justification"] = rule.Summary });
        return result;
    }

    private static JsonObject OfRevocation(string words, int index)
    {
        var result = Result(RevokedId, index, "fail", LevelOf(Severity.Block), words);
        result["locations"] = new JsonArray(Location("decision.json", "revocation"));
        return result;
    }

    private static JsonObject OfFinding(Finding finding, int index, AdapterIdentity adapter)
    {
        var result = Result(FindingPrefix + finding.Id, index, "fail", LevelOf(finding.Severity), $"{finding.Where}: {finding.Message}");
        var file = adapter.Files.FirstOrDefault(file => file.Path == finding.Where)?.Path;
        result["locations"] = new JsonArray(Location(file is null ? adapter.Name : $"{adapter.Name}/{file}", finding.Where));
        result["properties"] = new JsonObject { ["severity"] = Word(finding.Severity) };
        return result;
    }

    private static JsonObject Result(string ruleId, int index, string kind, string level, string message) => new()
    {
        ["ruleId"] = ruleId,
        ["ruleIndex"] = index,
        ["kind"] = kind,
        ["level"] = level,
        ["message"] = Text(message),
    };

    private static JsonObject Invocation(Decision decision)
    {
        // The tool ran as it should, whatever it found; what it could not decide must not pass unseen by a viewer that skips "open".
        var undecided = decision.Rules.Where(rule => rule.Outcome == Outcome.Undecided).Select(rule => new JsonObject
        {
            ["level"] = LevelOf(rule.Severity),
            ["message"] = Text($"{rule.Id} is undecided: {rule.Summary}"),
            ["associatedRule"] = new JsonObject { ["id"] = rule.Id },
        });
        return new JsonObject { ["executionSuccessful"] = true, ["toolExecutionNotifications"] = new JsonArray([.. undecided]) };
    }

    private static JsonObject Properties(Decision decision) => new()
    {
        ["verdict"] = Word(decision.Verdict),
        ["asOf"] = decision.AsOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["decisionSha256"] = decision.ComputeDigest().Hex,
        ["policy"] = new JsonObject { ["name"] = decision.Policy.Name, ["version"] = decision.Policy.Version, ["sha256"] = decision.Policy.Digest.Hex },
        ["adapter"] = new JsonObject { ["name"] = decision.Adapter.Name, ["sha256"] = decision.Adapter.Digest.Hex },
    };

    /// <summary>A relative URI (RFC 3986), because hosts that show SARIF demand a file, and the name within it.</summary>
    private static JsonObject Location(string path, string name) => new()
    {
        ["physicalLocation"] = new JsonObject { ["artifactLocation"] = new JsonObject { ["uri"] = string.Join('/', path.Split('/').Select(Uri.EscapeDataString)) } },
        ["logicalLocations"] = new JsonArray(new JsonObject { ["fullyQualifiedName"] = name }),
    };

    private static JsonObject Text(string text) => new() { ["text"] = text };

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string LevelOf(Severity severity) => severity switch
    {
        Severity.Block => "error",
        Severity.Warn => "warning",
        _ => "note",
    };
}
