using System.CommandLine;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.MergeEngine.Inspecting;
using Spectre.Console;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate inspect</c>: an adapter linter.</summary>
internal static class InspectVerb
{
    public static Command Create(Tool tool)
    {
        var adapter = new Argument<string>("ADAPTER") { Description = "The adapter's folder." };
        var baseModel = CommonOptions.Base(required: false);
        var json = CommonOptions.Json();
        return Verb.Create(tool, "inspect", "Looks at an adapter without running anything: what is in it, does it fit its base, is it damaged.",
            "loragate inspect adapters/routing-good --base base", [adapter, baseModel, json], (parsed, cancellationToken) =>
            {
                var inspection = Inspector.Inspect(new InspectRequest { Adapter = parsed.GetValue(adapter)!, Base = parsed.GetValue(baseModel), Version = Tool.Version }, cancellationToken);
                if (parsed.GetValue(json))
                    tool.Screen.Emit(inspection.ToCanonicalJson());
                Show(tool, inspection);
                return inspection.Findings.Any(f => f.Severity == Severity.Block) ? ExitCode.Rejected : ExitCode.Done;
            });
    }

    private static void Show(Tool tool, Inspection inspection)
    {
        tool.Screen.Say($"{inspection.Adapter.Name}: {inspection.PeftType}, {inspection.Modules.Count} modules, {inspection.Adapter.Files.Sum(f => f.Size):N0} bytes, digest {inspection.Adapter.Digest.Abbreviated}");
        if (inspection.Findings.Count == 0)
        {
            tool.Screen.Say("No findings.");
            return;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumns("", "finding", "where", "what", "what to do");
        foreach (var finding in inspection.Findings)
            table.AddRow(new Text(finding.Severity.ToString().ToLowerInvariant()), new Text(finding.Id), new Text(finding.Where), new Text(finding.Message), new Text(finding.Advice));
        tool.Screen.People.Write(table);
    }
}
