using System.Text;
using Loragate.Governance.Policies.Reviewing;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

/// <summary>The shipped policies through <c>policy check</c>: as they stand, and with the task of one's own that docs/policies.md shows.</summary>
public sealed class ShippedPolicyTests
{
    public static TheoryData<string> Policies => [.. Directory.EnumerateFiles(Repository.PathTo("policies"), "*.yaml").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Policies))]
    public void A_shipped_policy_has_no_fault_and_its_tasks_are_the_pinned_ones(string file)
    {
        var check = Check(Repository.PathTo("policies", file));
        Assert.Empty(check.Faults);
        Assert.All(check.Tasks, task => Assert.True(task.Pinned));
        Assert.Equal(WarningsOf(file), check.Warnings.Select(warning => warning.Id));
    }

    [Theory, MemberData(nameof(Policies)), Trait(SharedFolder.Category, SharedFolder.Name)]
    public void A_shipped_policy_has_the_data_that_it_pins_and_the_power_that_it_plans(string file)
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        var check = Check(Repository.PathTo("policies", file), "--data", file == "demo.yaml" ? Executable.Samples : SharedFolder.PathTo());
        Assert.Empty(check.Faults);
        Assert.NotEmpty(check.Powers);
        Assert.All(check.Powers, power => Assert.True(power.Power >= power.Planned, power.ToString()));
    }

    [Theory]
    [InlineData("default.yaml")]
    [InlineData("strict.yaml")]
    [InlineData("research.yaml")]
    public void The_task_and_rule_of_the_page_make_a_general_policy_ones_own(string file)
    {
        using var temp = new TempFolder();
        temp.Copy(Repository.PathTo("policies"), "policies");
        var (task, rule) = (Block("task"), Block("rule"));
        var text = File.ReadAllText(Repository.PathTo("policies", file)).Replace("tasks:\n", "tasks:\n" + task, StringComparison.Ordinal).Replace("\nrules:\n", "\nrules:\n" + rule, StringComparison.Ordinal);
        var own = temp.Write($"policies/{file}", Encoding.UTF8.GetBytes(text));
        File.Copy(Repository.PathTo("samples", "tasks", "sample_routing.yaml"), temp.PathTo("policies", "tasks", "own.yaml"));
        var check = Check(own);
        Assert.Empty(check.Faults);
        Assert.Equal(WarningsOf(file).Where(id => id != "no-gain").Prepend("no-pin"), check.Warnings.Select(warning => warning.Id));
    }

    private static string[] WarningsOf(string file) => file switch
    {
        "default.yaml" or "strict.yaml" => ["no-gain"],
        "research.yaml" => ["no-gain", "no-approval", "fidelity-only-warns", "retained-skill-only-warns", "bias-only-warns", "freshness-only-warns"],
        _ => ["no-approval"],
    };

    private static string Block(string kind)
    {
        var page = File.ReadAllText(Repository.PathTo("docs", "policies.md"));
        var start = page.IndexOf($"```yaml {kind}\n", StringComparison.Ordinal) + $"```yaml {kind}\n".Length;
        var lines = page[start..page.IndexOf("```", start, StringComparison.Ordinal)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.Trim().Length > 0);
        return string.Concat(lines.Select(line => line[3..] + "\n"));
    }

    private static PolicyCheck Check(string policy, params string[] more)
    {
        var result = Executable.Run(["policy", "check", policy, "--json", .. more]);
        return Record.Parse<PolicyCheck>(Encoding.UTF8.GetBytes(result.Output.TrimEnd()), "output");
    }
}
