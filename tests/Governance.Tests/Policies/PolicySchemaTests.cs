using System.Text.RegularExpressions;
using Loragate.Governance.Policies;
using Loragate.Testing;

namespace Loragate.Governance.Tests.Policies;

/// <summary>policies/policy.schema.json says to editors what the reader says to everybody else.</summary>
public sealed partial class PolicySchemaTests
{
    private static readonly SchemaFile Schema = new("policy.schema.json");

    public static TheoryData<string> Kinds => [.. Schema.Text["$defs"]!["rule"]!["properties"]!["check"]!["enum"]!.AsArray().Select(kind => kind!.GetValue<string>())];

    [Theory, MemberData(nameof(PolicyTests.Shipped), MemberType = typeof(PolicyTests))]
    public void A_shipped_policy_fits_and_names_the_schema_to_editors(string file)
    {
        var text = File.ReadAllText(Repository.PathTo("policies", file));
        Assert.True(Schema.Accepts(text));
        Assert.StartsWith("# yaml-language-server: $schema=policy.schema.json\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_of_the_format_page_fits() => Assert.True(Schema.Accepts(PolicyTests.Example()));

    [Fact]
    public void It_knows_the_readers_kinds_of_rules()
    {
        var fault = FaultsOf(Edit(PolicyTests.Example(), "check: bias-drift", "check: vibes")).Single(message => message.Contains("the check 'vibes'", StringComparison.Ordinal));
        Assert.Equal(fault[(fault.IndexOf("known are ", StringComparison.Ordinal) + "known are ".Length)..].Split(", "), Kinds.Select(kind => kind.Data));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void It_has_exactly_the_readers_keys_of_a_rule(string kind) =>
        Assert.Equal(KnownTo("rules:\n  - {check: " + kind + ", strange: 1}\n"), Schema.KeysAt("$defs", "rule").Concat(Schema.KeysAt("$defs", kind)).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("strange: 1\n")]
    [InlineData("tasks: {own: {strange: 1}}\n", "$defs", "task")]
    [InlineData("tasks: {own: {sha256: {strange: 1}}}\n", "$defs", "task", "properties", "sha256")]
    [InlineData("rules:\n  - {check: improvement, plan: {strange: 1}}\n", "$defs", "plan")]
    [InlineData("waivers: {strange: 1}\n", "properties", "waivers")]
    public void It_has_exactly_the_readers_keys(string policy, params string[] path) =>
        Assert.Equal(KnownTo(policy), Schema.KeysAt(path).Order(StringComparer.Ordinal));

    public static TheoryData<string, string> Mistakes => new()
    {
        { "schema: loragate.policy/1", "schema: loragate.policy/2" },
        { "alpha: 0.05", "alpha: 0.5" },
        { "alpha: 0.05", "alpha: a twentieth" },
        { "alpha: 0.05", "alpha: 0.05\nstrange: 1" },
        { "name: example", "title: example" },
        { "  - id: sound", "  - id: Sound" },
        { "severity: warn", "severity: info" },
        { "    margin: 0.05", "    margin: -0.05" },
        { "    margin: 0.05", "    margin: 0.05\n    strange: 1" },
        { "    margin: 0.05", "    margin: 5" },
        { "    maximum: 0.04", "    maximum: 4" },
        { "    minimum: 0.02", "    minimum: 2" },
        { "    margin: 0.05", "    minimum: 0.05" },
        { "    why: Old evidence may be about another world.\n", "" },
        { "    file: tasks/own.yaml", "    file: /etc/passwd" },
        { "    limit: 1000", "    limit: 0" },
        { "    limit: 1000", "    limit: 10.5" },
        { "data: 3e23e8", "data: 3E23E8" },
        { "power: 0.9}", "power: 1}" },
        { "plan: {discordance: 0.2, power: 0.9}", "plan: {discordance: 0.2, deviation: 0.4, power: 0.9}" },
        { "plan: {discordance: 0.2, power: 0.9}", "plan: {power: 0.9}" },
        { "designEffect: 1.5", "designEffect: 0.5" },
        { "neutral: 0.5", "neutral: 50" },
        { "interval: analytic", "interval: wald" },
        { "better: higher", "better: more" },
        { "    maximum: 0.25\n", "    maximum: 25\n" },
        { "reversible: true", "reversible: yes" },
        { "    maximumDays: 30", "    maximumDays: -1" },
        { "roles: {reviewer: 2, risk-owner: 1}", "roles: {}" },
        { "roles: {reviewer: 2, risk-owner: 1}", "roles: {gate: 1}" },
        { "roles: {reviewer: 2, risk-owner: 1}", "roles: {reviewer: 0}" },
        { "  signers: 2", "  signers: 1" },
        { "  maximumDays: 90", "  maximumDays: 900" },
        { "  roles: [risk-owner]", "  roles: [author]" },
        { "  roles: [risk-owner]", "  roles: []" },
        { "severity: block", "severity: warn" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void What_it_refuses_the_reader_refuses_as_well(string original, string mistake)
    {
        var text = mistake == "severity: warn" ? PolicyTests.Example().Replace(original, mistake, StringComparison.Ordinal) : Edit(PolicyTests.Example(), original, mistake);
        Assert.False(Schema.Accepts(text), "The schema accepts it.");
        Assert.NotEmpty(FaultsOf(text));
    }

    private static string[] KnownTo(string policy) =>
        Unknown().Match(FaultsOf(policy).Single(message => message.Contains("'strange'", StringComparison.Ordinal))).Groups[1].Value.Split(", ");

    private static IEnumerable<string> FaultsOf(string text)
    {
        try
        {
            PolicyTests.Parse(text);
            return [];
        }
        catch (PolicyException e)
        {
            return e.Faults.Select(fault => fault.Message);
        }
    }

    private static string Edit(string text, string old, string @new)
    {
        var at = text.IndexOf(old, StringComparison.Ordinal);
        Assert.True(at >= 0, $"The example has no '{old}'.");
        return text[..at] + @new + text[(at + old.Length)..];
    }

    [GeneratedRegex("known are (.*)$")]
    private static partial Regex Unknown();
}
