using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Governance.Signing;
using Loragate.Governance.Tests.Deciding;

namespace Loragate.Governance.Reports.Ci;

/// <summary>What SARIF 2.1.0 (errata 01) requires of the properties that are used, clause by clause.</summary>
public sealed class SarifLogTests
{
    private static readonly Finding[] Findings =
    [
        new("no-op", Severity.Block, "adapter_model.safetensors", "every update is zero", "Train it."),
        new("no-op", Severity.Block, "layers.0", "every update is zero", "Train it."),
        new("base-name", Severity.Warn, "adapter config.json", "no \u0007 name\n", "Name it."),
    ];

    [Fact]
    public void Every_required_property_is_there_and_every_reference_leads_somewhere()
    {
        var run = Log(out var root);
        Assert.Equal("2.1.0", root.GetProperty("version").GetString());
        Assert.EndsWith("sarif-schema-2.1.0.json", root.GetProperty("$schema").GetString(), StringComparison.Ordinal);
        var driver = run.GetProperty("tool").GetProperty("driver");
        Assert.Equal(("loragate", "9.9"), (driver.GetProperty("name").GetString(), driver.GetProperty("version").GetString()));
        var rules = driver.GetProperty("rules").EnumerateArray().ToList();
        Assert.Equal(rules.Count, rules.Select(Id).Distinct().Count());
        Assert.All(rules, rule => Assert.NotEmpty(rule.GetProperty("shortDescription").GetProperty("text").GetString()!));
        Assert.All(rules, rule => Assert.Contains(rule.GetProperty("defaultConfiguration").GetProperty("level").GetString(), (string?[])["error", "warning", "note"]));
        foreach (var result in run.GetProperty("results").EnumerateArray())
        {
            Assert.Equal(result.GetProperty("ruleId").GetString(), Id(rules[result.GetProperty("ruleIndex").GetInt32()]));
            Assert.NotEmpty(result.GetProperty("message").GetProperty("text").GetString()!);
            Assert.Contains(result.GetProperty("kind").GetString(), (string?[])["pass", "open", "fail"]);
            // §3.27.10: any kind but "fail" has the level "none".
            Assert.Equal(result.GetProperty("kind").GetString() != "fail", result.GetProperty("level").GetString() == "none");
            var uri = Assert.Single(result.GetProperty("locations").EnumerateArray()).GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString()!;
            Assert.True(Uri.IsWellFormedUriString(uri, UriKind.Relative), uri);
        }
        var invocation = Assert.Single(run.GetProperty("invocations").EnumerateArray());
        Assert.True(invocation.GetProperty("executionSuccessful").GetBoolean());
        Assert.All(invocation.GetProperty("toolExecutionNotifications").EnumerateArray(), note => Assert.NotEmpty(note.GetProperty("message").GetProperty("text").GetString()!));
    }

    [Theory]
    [InlineData("passed", "pass", "none", 0)]
    [InlineData("failed", "fail", "error", 0)]
    [InlineData("told", "fail", "warning", 0)]
    [InlineData("open", "open", "none", 1)]
    [InlineData("waived", "fail", "error", 0)]
    [InlineData("finding/base-name", "fail", "warning", 0)]
    public void An_outcome_is_its_kind_and_level(string id, string kind, string level, int notifications)
    {
        var run = Log(out _);
        var result = Assert.Single(run.GetProperty("results").EnumerateArray(), r => r.GetProperty("ruleId").GetString() == id);
        Assert.Equal((kind, level), (result.GetProperty("kind").GetString(), result.GetProperty("level").GetString()));
        Assert.Equal(id == "waived", result.TryGetProperty("suppressions", out _));
        Assert.Equal(notifications, run.GetProperty("invocations")[0].GetProperty("toolExecutionNotifications").EnumerateArray().Count(n => n.GetProperty("associatedRule").GetProperty("id").GetString() == id));
    }

    [Fact]
    public void Digests_of_decision_policy_adapter_and_evidence_are_properties()
    {
        var run = Log(out _);
        var properties = run.GetProperty("properties");
        Assert.Equal(Sample.Decision().ComputeDigest().Hex, properties.GetProperty("decisionSha256").GetString());
        Assert.Equal(Sample.Decision().Policy.Digest.Hex, properties.GetProperty("policy").GetProperty("sha256").GetString());
        Assert.Equal(Sample.Decision().Adapter.Digest.Hex, properties.GetProperty("adapter").GetProperty("sha256").GetString());
        Assert.Equal(Digest.Of([1]).Hex, run.GetProperty("results")[0].GetProperty("properties").GetProperty("evidence")[0].GetString());
    }

    [Fact]
    public void The_log_is_valid_by_the_published_schema()
    {
        Assert.Empty(PublishedSchema.FaultsOfSarif(Render()));
        Assert.NotEmpty(PublishedSchema.FaultsOfSarif(System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(Render()).Replace("\"kind\":\"open\"", "\"kind\":\"ajar\"", StringComparison.Ordinal))));
    }

    [Fact]
    public void An_adapter_that_was_taken_back_is_an_error_although_no_rule_fails()
    {
        var decision = Sample.Decision(Verdict.Rejected, Sample.Rule("passed", Severity.Block, Outcome.Passed)) with { Revocation = new AdapterRevocation(12, "risk-04", "Leaks.") };
        var log = SarifLog.Render(decision, SampleEvidence.Inspection(Findings).Record, "9.9");
        Assert.Empty(PublishedSchema.FaultsOfSarif(log));
        var result = JsonDocument.Parse(log).RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray().Single(result => result.GetProperty("ruleId").GetString() == "ledger/revoked");
        Assert.Equal(("fail", "error"), (result.GetProperty("kind").GetString(), result.GetProperty("level").GetString()));
        Assert.Contains("taken back by risk-04 (ledger entry 12)", result.GetProperty("message").GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_decision_gives_the_same_bytes() => Assert.Equal(Render(), Render());

    private static string? Id(JsonElement rule) => rule.GetProperty("id").GetString();

    private static byte[] Render() => SarifLog.Render(Sample.Decision(), SampleEvidence.Inspection(Findings).Record, "9.9");

    private static JsonElement Log(out JsonElement root)
    {
        root = JsonDocument.Parse(Render()).RootElement;
        return Assert.Single(root.GetProperty("runs").EnumerateArray());
    }

    /// <summary>A decision with every outcome, and names that an attacker would choose.</summary>
    internal static class Sample
    {
        public static Decision Decision(Verdict verdict = Verdict.Rejected, params RuleResult[] rules) => VerificationSummaryTests.Decision(verdict) with
        {
            Adapter = VerificationSummaryTests.Decision(verdict).Adapter with { Name = "adapter ]]>\u0001<x\ud800" },
            Rules = rules.Length > 0 ? rules :
            [
                Rule("passed", Severity.Block, Outcome.Passed),
                Rule("failed", Severity.Block, Outcome.Failed),
                Rule("told", Severity.Warn, Outcome.Failed),
                Rule("open", Severity.Block, Outcome.Undecided),
                Rule("waived", Severity.Block, Outcome.Waived),
            ],
        };

        public static RuleResult Rule(string id, Severity severity, Outcome outcome) =>
            new(id, "inspection", severity, outcome, "reason", $"{id} <b>\u001b[2K</b>\uffff", null, null, null, [Digest.Of([1])], ["ISO/IEC 42001 A.6"]);
    }
}
