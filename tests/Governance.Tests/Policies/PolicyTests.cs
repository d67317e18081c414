using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Loragate.Governance.Policies;
using Loragate.Governance.Policies.Rules;
using Loragate.Testing;

namespace Loragate.Governance.Tests.Policies;

public sealed partial class PolicyTests
{
    public static TheoryData<string> Shipped => [.. Directory.EnumerateFiles(Repository.PathTo("policies"), "*.yaml").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Shipped))]
    public void A_shipped_policy_is_valid_and_its_tasks_are_there(string file)
    {
        var policy = Policy.ReadFile(Repository.PathTo("policies", file));
        Assert.NotEmpty(policy.Rules);
        Assert.All(policy.Tasks.Values, task => Assert.Equal(Artifacts.Digest.OfFile(policy.PathOf(task.Name)), task.Pin?.Task));
        Assert.All(policy.Tasks.Keys, task => Assert.True(File.Exists(policy.PathOf(task)), policy.PathOf(task)));
    }

    /// <summary>A reviewer reads the comment beside a plan; the gate reads the plan.</summary>
    [Theory, MemberData(nameof(Shipped))]
    public void The_items_that_a_comment_says_are_needed_are_those_of_the_plan(string file)
    {
        var path = Repository.PathTo("policies", file);
        var (policy, rule) = (Policy.ReadFile(path), "");
        foreach (var line in File.ReadLines(path).Select(line => line.Trim()))
        {
            if (line.StartsWith("- id: ", StringComparison.Ordinal))
                rule = line["- id: ".Length..];
            else if (line.StartsWith('#') && NeededItems().Match(line) is { Success: true } said)
                Assert.Equal((rule, int.Parse(said.Value, CultureInfo.InvariantCulture)), (rule, policy.StatisticalRules.Single(each => each.Id == rule).RequiredItems(policy.Alpha)));
        }
    }

    [Fact]
    public void The_strict_policy_takes_no_adapter_of_which_a_server_makes_another_or_nobody_knows_what() =>
        Assert.Superset(new HashSet<string> { "serving-differs", "serving-unknown" }, Policy.ReadFile(Repository.PathTo("policies", "strict.yaml")).Rules.OfType<InspectionRule>().SelectMany(rule => rule.Forbid).ToHashSet());

    [Fact]
    public void The_example_of_the_format_page_is_a_policy()
    {
        var policy = Parse(Example());
        Assert.Equal("example", policy.Name);
        var kinds = typeof(Rule).Assembly.GetTypes().Where(type => type.IsSealed && type.IsAssignableTo(typeof(Rule)));
        Assert.Equal(kinds.Select(kind => kind.Name).Order(), policy.Rules.Select(rule => rule.GetType().Name).Order());
        Assert.Equal(["bias_type", "template"], policy.FieldsOf("pairs"));
        Assert.Empty(policy.FieldsOf("own"));
        Assert.Equal(0.05, Assert.Single(policy.Rules.OfType<NonInferiorityRule>()).Margin);
    }

    [Fact]
    public void All_faults_are_told_at_once_with_their_lines()
    {
        var lines = Example().Split('\n').ToList();
        var alpha = lines.FindIndex(line => line.StartsWith("alpha:", StringComparison.Ordinal));
        var margin = lines.FindIndex(line => line.Contains("margin:", StringComparison.Ordinal));
        var check = lines.FindIndex(line => line.Contains("check: bias-drift", StringComparison.Ordinal));
        lines[alpha] = "alpha: 0.7";
        lines[margin] = "    margin: five";
        lines[check] = "    check: vibes";
        var exception = Assert.Throws<PolicyException>(() => Parse(string.Join('\n', lines)));
        Assert.Equal([alpha + 1, margin + 1, check + 1], exception.Faults.Select(fault => fault.Line));
        Assert.Contains($"line {margin + 1}: 'margin' must be a number, not 'five'", exception.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "data: 3e23e8", "data: 3E23E8", "'data' must be a SHA-256" },
        { ", data: 3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d", "", "the key 'data' is missing" },
        { "sha256: {task:", "sha256: {tasks: x, task:", "the key 'tasks' is unknown" },
        { "    margin: 0.05", "    margin: -0.05", "'margin' must be positive" },
        { "    margin: 0.05", "    margin: .nan", "'margin' must be a number" },
        { "    margin: 0.05", "    margin: 0.05\n    margin: 0.5", "'margin' is there twice" },
        { "    margin: 0.05", "    margin: 0.05\n    Margin: 0.5", "the key 'Margin' is unknown here" },
        { "    margin: 0.05", "    margin: &m 0.05", "the anchor '&m' is refused" },
        { "    margin: 0.05", "    margin: *m", "the alias '*m' is refused" },
        { "    margin: 0.05", "    margin: !!float 0.05", "is refused: write the plain value" },
        { "schema: loragate.policy/1", "schema: loragate.policy/2", "'schema' must be loragate.policy/1" },
        { "severity: warn", "severity: info", "'severity' must be block or warn" },
        { "    task: own", "    task: other", "reads the task 'other', which 'tasks' does not name" },
        { "    file: tasks/own.yaml", "    file: /etc/passwd", "'file' must be relative" },
        { "    plan: {discordance: 0.35, assumedDifference: 0.15, power: 0.9}", "    cluster: x", "the key 'plan' is missing" },
        { "    plan: {discordance: 0.35, assumedDifference: 0.15, power: 0.9}", "    plan: {discordance: 0.1, assumedDifference: 0.15, power: 0.9}", "'assumedDifference' must be smaller than 'discordance'" },
        { "  - id: sound", "  - id: fresh", "the id 'fresh' is taken" },
        { "forbid: [no-op]", "forbid: [no-op, no-opp, pikle]", "'forbid': no inspection finds 'no-opp', 'pikle'; docs/findings.md lists" },
        { "allow: []", "allow: [tolerated]", "'allow': no inspection finds 'tolerated'" },
        { "alpha: 0.05", "alpha: 1e-17", "'alpha' must be at least 0.000001 and at most 0.1" },
        { "plan: {discordance: 0.2, power: 0.9}", "plan: {discordance: 1e-170, power: 0.9}", "'discordance' must be at least 0.000001" },
        { "alpha: 0.05", "alpha: 0.05\n---\nalpha: 1", "a second document follows" },
        { "alpha: 0.05", "alpha: 0.05\n<<: {x: 1}", "the key '<<' is unknown here" },
        { "alpha: 0.05", "alpha: [", "not YAML" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void A_mistake_is_refused_with_its_name(string original, string mistake, string fault)
    {
        var example = Example();
        var at = example.IndexOf(original, StringComparison.Ordinal);
        Assert.True(at >= 0, $"The example has no '{original}'.");
        var exception = Assert.Throws<PolicyException>(() => Parse(example[..at] + mistake + example[(at + original.Length)..]));
        Assert.Contains(exception.Faults, found => found.Message.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void A_policy_that_blocks_nothing_is_refused()
    {
        var exception = Assert.Throws<PolicyException>(() => Parse(Example().Replace("severity: block", "severity: warn", StringComparison.Ordinal)));
        Assert.Contains("everything would be approved", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_bytes_are_refused()
    {
        byte[][] hostile =
        [
            [],
            [0xff, 0xfe],
            [.. "\uFEFF"u8, .. "a: 1"u8],
            Encoding.UTF8.GetBytes("a: " + new string('x', 300 << 10)),
            Encoding.UTF8.GetBytes(new string('[', 100_000)),
            Encoding.UTF8.GetBytes("? [a]\n: 1"),
            Encoding.UTF8.GetBytes("- a\n- b"),
            "a: \u0000"u8.ToArray(),
        ];
        Assert.All(hostile, bytes => Assert.Throws<PolicyException>(() => Policy.Parse(bytes, "policy.yaml")));
    }

    [Fact]
    public void A_damaged_policy_is_either_refused_with_a_line_or_still_a_policy()
    {
        var example = Encoding.UTF8.GetBytes(Example());
        var generator = new Statistics.SplitMix64(7);
        var damage = "\0\t\n\r #&*-:?[]{}|>%@`'~!0.9x"u8.ToArray();
        var refused = 0;
        for (var run = 0; run < 3_000; run++)
        {
            var bytes = example.ToArray();
            for (var edit = 0; edit <= run % 3; edit++)
                bytes[generator.NextInt(bytes.Length)] = damage[generator.NextInt(damage.Length)];
            try
            {
                Policy.Parse(bytes.AsSpan(0, run % 10 == 0 ? generator.NextInt(bytes.Length) : bytes.Length), "policy.yaml");
            }
            catch (PolicyException e)
            {
                refused++;
                Assert.All(e.Faults, fault => Assert.InRange(fault.Line, 1, 500));
            }
        }
        Assert.InRange(refused, 1, 3_000);
    }

    [Fact]
    public void An_underpowered_plan_is_refused_before_anything_runs()
    {
        var policy = Parse(Example());
        Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>> Rows(int general) =>
            new (string Task, int Count)[] { ("own", 1000), ("general", general), ("pairs", 1508), ("loans", 1000) }.ToDictionary(
                rows => rows.Task, IReadOnlyList<IReadOnlyDictionary<string, string>> (rows) => [.. Enumerable.Repeat(new Dictionary<string, string> { ["bias_type"] = "gender" }, rows.Count)]);
        var exception = Assert.Throws<UnderpoweredPlanException>(() => PowerPlan.Check(policy, Rows(general: 499)));
        var shortage = Assert.Single(exception.Shortages);
        Assert.Equal(("keeps-skill", 499), (shortage.Rule, shortage.Available));
        Assert.Equal(policy.StatisticalRules.Single(rule => rule.Id == "keeps-skill").RequiredItems(policy.Alpha), shortage.Needed);
        Assert.Contains($"needs {shortage.Needed} items of 'general'", exception.Message, StringComparison.Ordinal);
        PowerPlan.Check(policy, Rows(general: 1000));
    }

    [Fact]
    public void Of_more_items_than_are_counted_no_number_is_told()
    {
        var policy = Parse(Example().Replace("assumedDifference: 0.15", "assumedDifference: 0.02000000000000001", StringComparison.Ordinal));
        var exception = Assert.Throws<UnderpoweredPlanException>(() => PowerPlan.Check(policy, new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>>()));
        Assert.Contains("needs more than 1,000,000,000 items of 'own'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_a_rule_does_not_select_do_not_count()
    {
        var policy = Policy.ReadFile(Repository.PathTo("policies", "demo.yaml"));
        IReadOnlyList<IReadOnlyDictionary<string, string>> Rows(string type, int count) =>
            [.. Enumerable.Range(0, count).Select(i => new Dictionary<string, string> { ["bias_type"] = type, ["template"] = $"{i % 15}" })];
        var rows = new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>>
        {
            ["routing"] = Rows("", 240),
            ["facts"] = Rows("", 200),
            ["pairs"] = [.. Rows("gender", 150), .. Rows("age", 50)],
        };
        PowerPlan.Check(policy, rows);
        rows["pairs"] = [.. Rows("gender", 100), .. Rows("age", 100)];
        var exception = Assert.Throws<UnderpoweredPlanException>(() => PowerPlan.Check(policy, rows));
        Assert.Equal(["gender-level", "gender-drift"], exception.Shortages.Select(shortage => shortage.Rule));
        Assert.All(exception.Shortages, shortage => Assert.Equal(100, shortage.Available));
    }

    [Fact]
    public void A_task_that_the_policy_lacks_is_the_callers_fault() =>
        Assert.Throws<ArgumentException>(() => Parse(Example()).FieldsOf("nothing"));

    internal static string Example()
    {
        var page = File.ReadAllText(Repository.PathTo("docs", "formats", "policy.v1.md"));
        var start = page.IndexOf("```yaml\n", StringComparison.Ordinal) + "```yaml\n".Length;
        return page[start..page.IndexOf("```", start, StringComparison.Ordinal)];
    }

    internal static Policy Parse(string text) => Policy.Parse(Encoding.UTF8.GetBytes(text), "folder/policy.yaml");

    [GeneratedRegex("(?<== )[0-9]+(?= items;)|[0-9]+(?= items are needed)")]
    private static partial Regex NeededItems();
}
