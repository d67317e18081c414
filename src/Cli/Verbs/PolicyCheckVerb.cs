using System.CommandLine;
using System.Globalization;
using Loragate.Cli.Output;
using Loragate.Cli.Policies;
using Loragate.Governance.Policies;
using Loragate.Governance.Policies.Reviewing;
using Loragate.Governance.Statistics;
using Spectre.Console;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate policy check</c>: everything that is wrong with a policy, before any compute.</summary>
internal static class PolicyCheckVerb
{
    public static Command Create(Tool tool)
    {
        var file = new Argument<string>("FILE") { Description = "The policy (YAML)." };
        var data = new Option<string?>("--data") { Description = "The folder that data files of tasks are relative to: with it pins of data, items and power are checked.", HelpName = "DIR" };
        var json = CommonOptions.Json();
        return Verb.Create(tool, "check", "Reads a policy with its tasks and tells every fault at once, by line; what each statistical rule's items can show; and what a careful reviewer would ask. Exit code 0 no faults, 3 tasks or data are not the pinned ones, 4 faults.",
            "loragate policy check policies/demo.yaml --data samples", [file, data, json], (parsed, _) =>
            {
                var (check, code) = Check(parsed.GetValue(file)!, parsed.GetValue(data));
                if (parsed.GetValue(json))
                    tool.Screen.Emit(check.ToCanonicalJson());
                Show(tool, parsed.GetValue(file)!, check, parsed.GetValue(data) is not null);
                return code;
            });
    }

    private static (PolicyCheck Check, int Code) Check(string file, string? data)
    {
        try
        {
            var checker = new PolicyChecker(Policy.ReadFile(file), data);
            var check = checker.Check();
            return (check, check.Faults.Count == 0 ? ExitCode.Done : checker.OnlyPinsDiffer ? ExitCode.Integrity : ExitCode.Malformed);
        }
        catch (PolicyException e)
        {
            return (PolicyCheck.Of(e), ExitCode.Malformed);
        }
    }

    private static void Show(Tool tool, string file, PolicyCheck check, bool hasData)
    {
        if (check.Powers.Count > 0)
            tool.Screen.People.Write(TableOf(check.Powers));
        foreach (var task in check.Tasks.Where(task => task is { Pinned: false, DataDigest: not null }))
            tool.Screen.Say($"To pin '{task.Name}': sha256: {{task: {task.TaskDigest}, data: {task.DataDigest}}}");
        foreach (var warning in check.Warnings)
            tool.Screen.Say($"Warning: {file}, {warning}.");
        foreach (var fault in check.Faults)
            tool.Screen.Say($"Fault: {file}, {fault.ToString().TrimEnd('.')}.");
        if (!hasData && check.Powers.Count > 0)
            tool.Screen.Say("No data was read: give --data DIR to check its pins and to count items.");
        tool.Screen.Say(check.Policy is { } policy
            ? $"{Count(check.Faults.Count, "fault")}, {Count(check.Warnings.Count, "warning")}: policy {policy.Name} {policy.Version}, SHA-256 {policy.Digest}."
            : $"{Count(check.Faults.Count, "fault")}. The keys are described in docs/formats/policy.v1.md.");
    }

    private static Table TableOf(IReadOnlyList<RulePower> powers)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("rule", "items needed", "available", "power", "the items show");
        foreach (var power in powers)
        {
            table.AddRow(
                Screen.Cell(power.Rule),
                Screen.Cell(SampleSize.Words(power.Needed)),
                Screen.Cell(power.Available is { } available ? Text(available) + (power.Clusters is { } clusters ? $" in {Text(clusters)} clusters" : "") : "?"),
                Screen.Cell(power.Power is { } reached ? reached.ToString("0.000", CultureInfo.InvariantCulture) : "?"),
                Screen.Cell(power.SmallestEffect is { } effect ? $"{power.Effect} {effect.ToString("0.####", CultureInfo.InvariantCulture)}" : "?"));
        }
        return table;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Count(int number, string what) => $"{Text(number)} {what}{(number == 1 ? "" : "s")}";
}
