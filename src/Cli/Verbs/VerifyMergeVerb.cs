using System.CommandLine;
using Loragate.Artifacts.Records.Auditing;
using Loragate.Cli.Output;
using Loragate.MergeEngine;
using Loragate.MergeEngine.Auditing;
using Loragate.MergeEngine.Layouts;
using Spectre.Console;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate verify-merge</c>: what a merge that any tool made really is.</summary>
internal static class VerifyMergeVerb
{
    public static Command Create(Tool tool)
    {
        var baseModel = CommonOptions.Base(required: true);
        var adapters = new Option<string[]>("--adapter") { Description = "The adapter that was merged, with '=WEIGHT' for another weight than 1; may be given several times.", HelpName = "ADAPTER[=WEIGHT]", Required = true };
        var merged = new Option<string>("--merged") { Description = "The merged folder, made by any tool.", HelpName = "DIR", Required = true };
        var experts = CommonOptions.ExpertLayout();
        var residual = CommonOptions.ResidualBase();
        var device = new MergeDeviceOption();
        var json = CommonOptions.Json();
        return Verb.Create(tool, "verify-merge", "Audits a merge that any tool made, tensor by tensor. Exit code 1 where it is not the merge of these adapters into this base.",
            "loragate verify-merge --base base --adapter adapters/routing-good --merged merged", [baseModel, adapters, merged, experts, residual, .. device.Options, json], (parsed, cancellationToken) =>
            {
                using var opened = device.Open(parsed);
                var request = new AuditRequest
                {
                    Base = parsed.GetValue(baseModel)!,
                    Adapters = [.. parsed.GetValue(adapters)!.Select(AdapterArgument.Parse)],
                    Merged = parsed.GetValue(merged)!,
                    ExpertLayout = ExpertLayoutName.Parse(parsed.GetValue(experts)),
                    ResidualBase = parsed.GetValue(residual),
                    Device = opened,
                    Threads = Tool.Threads,
                    Version = Tool.Version,
                };
                using var line = new ProgressLine(tool.Screen, "Auditing");
                var audit = MergeAuditor.Audit(request, new Relay<MergeProgress>(p => line.Report(p.Done, p.Total)), cancellationToken);
                line.Dispose();
                if (parsed.GetValue(json))
                    tool.Screen.Emit(audit.ToCanonicalJson());
                Show(tool, audit);
                return audit.Equivalent ? ExitCode.Done : ExitCode.Rejected;
            });
    }

    private static void Show(Tool tool, MergeAudit audit)
    {
        foreach (var group in audit.Tensors.GroupBy(t => t.Verdict).OrderBy(g => g.Key))
            tool.Screen.Say($"{group.Count(),6} {Word(group.Key)}");
        var odd = audit.Tensors.Where(t => !MergeAuditor.IsRight(t.Verdict) || t.Finite is false).ToList();
        if (odd.Count > 0)
        {
            var table = new Table().Border(TableBorder.Simple).AddColumns("tensor", "change", "verdict", "scale", "explained");
            foreach (var tensor in odd)
                table.AddRow(Screen.Cell(tensor.Name), Screen.Cell(tensor.Delta ?? ""), Screen.Cell(Word(tensor.Verdict) + (tensor.Finite is false ? ", not finite" : "")), Screen.Cell(FormattableString.Invariant($"{tensor.Scale:0.###}")), Screen.Cell(FormattableString.Invariant($"{100 * tensor.Explained:0.#}")));
            tool.Screen.People.Write(table);
        }
        foreach (var file in audit.Files.Where(f => f.Verdict is not FileVerdict.Equal && (f.Verdict is not FileVerdict.Equivalent || f.Keys.Count > 0)))
            tool.Screen.Say($"{file.Path}: {Words(file.Verdict)}{(file.Keys.Count == 0 ? "" : $" ({string.Join(", ", file.Keys)})")}");
        tool.Screen.Say(audit.Equivalent ? "This is the merge of the adapters into the base." : "This is not the merge of the adapters into the base.");
    }

    private static string Words(FileVerdict verdict) => verdict switch
    {
        FileVerdict.Missing => "missing",
        FileVerdict.Added => "not in the base",
        FileVerdict.Equivalent => "has keys that only one side has",
        _ => "differs",
    };

    /// <summary>"withinOneUlp" as "within-one-ulp".</summary>
    private static string Word(TensorVerdict verdict) =>
        string.Concat(verdict.ToString().Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(c) : c.ToString()));
}
