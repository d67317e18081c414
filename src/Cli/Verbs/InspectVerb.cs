using System.CommandLine;
using Loragate.Artifacts;
using Loragate.Cli.Output;
using System.Globalization;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Governance.Reports.Text;
using Loragate.MergeEngine.Inspecting;
using Loragate.MergeEngine.Layouts;
using Spectre.Console;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate inspect</c>: an adapter linter.</summary>
internal static class InspectVerb
{
    public static Command Create(Tool tool)
    {
        var adapter = new Argument<string>("ADAPTER") { Description = "The adapter's folder." };
        var baseModel = CommonOptions.Base(required: false);
        var digest = new Option<string?>("--base-digest") { Description = "The weights digest that the base must have.", HelpName = "SHA256" };
        var datasets = new Option<string[]>("--dataset-licence") { Description = "The licence of a data set; may be given several times.", HelpName = "NAME=LICENCE" };
        var experts = CommonOptions.ExpertLayout();
        var residual = CommonOptions.ResidualBase();
        var json = CommonOptions.Json();
        return Verb.Create(tool, "inspect", "Looks at an adapter without running anything: what is in it, does it fit its base, is it damaged.",
            "loragate inspect adapters/routing-good --base base", [adapter, baseModel, digest, datasets, experts, residual, json], (parsed, cancellationToken) =>
            {
                if (parsed.GetValue(digest) is { } pin && (parsed.GetValue(baseModel) is null || !Digest.TryParse(pin, out _)))
                    throw new UsageException($"--base-digest {pin}: write the weights digest as loragate prints it, 64 lower-case hexadecimal digits, and name the base with --base.");
                if (parsed.GetValue(residual) && parsed.GetValue(baseModel) is null)
                    throw new UsageException("--residual-base: name the residual base with --base.");
                var request = new InspectRequest
                {
                    Adapter = parsed.GetValue(adapter)!,
                    Base = parsed.GetValue(baseModel),
                    BaseDigest = parsed.GetValue(digest),
                    DatasetLicences = Licences(parsed.GetValue(datasets) ?? []),
                    ExpertLayout = ExpertLayoutName.Parse(parsed.GetValue(experts)),
                    ResidualBase = parsed.GetValue(residual),
                    Threads = Tool.Threads,
                    Version = Tool.Version,
                };
                var inspection = Inspector.Inspect(request, cancellationToken);
                if (parsed.GetValue(json))
                    tool.Screen.Emit(inspection.ToCanonicalJson());
                Show(tool, inspection);
                return inspection.Findings.Any(f => f.Severity == Severity.Block) ? ExitCode.Rejected : ExitCode.Done;
            });
    }

    private static Dictionary<string, string> Licences(IEnumerable<string> texts)
    {
        var licences = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var equals = text.LastIndexOf('=');
            if (equals <= 0 || equals == text.Length - 1 || !licences.TryAdd(text[..equals], text[(equals + 1)..]))
                throw new UsageException($"--dataset-licence {text}: write NAME=LICENCE, each name once.");
        }
        return licences;
    }

    private static void Show(Tool tool, Inspection inspection)
    {
        tool.Screen.Say($"{inspection.Adapter.Name}: {AdapterWords.KindOf(inspection)}, {inspection.Modules.Count} modules, {inspection.Adapter.Files.Sum(f => f.Size):N0} bytes, digest {inspection.Adapter.Digest.Abbreviated}");
        foreach (var licence in inspection.Licences)
            tool.Screen.Say($"Licence of {licence.Subject} {licence.Name}: {licence.Id ?? "not recorded"}{(licence.Source.Length > 0 ? $" ({licence.Source})" : "")}");
        ShowUpdates(tool, inspection.Modules);
        ShowServing(tool, inspection.Serving);
        if (inspection.Base is null)
            tool.Screen.Say($"Held against no base: whether it fits, and how large its update is beside the weights, is not judged. Name the base's folder with --base{(inspection.DeclaredBase is { Length: > 0 } name ? $"; the adapter's config says '{name}'" : "")}.");
        ShowFindings(tool, inspection.Findings);
    }

    /// <summary>One line a kind of module: the median and the extremes say enough, the record has them all.</summary>
    private static void ShowUpdates(Tool tool, IReadOnlyList<ModuleStatistics> modules)
    {
        if (modules.Count == 0)
            return;
        var table = new Table().Border(TableBorder.Simple).AddColumns("modules", "count", "rank", "norm of ΔW", "over W", "largest σ", "effective rank");
        foreach (var kind in modules.GroupBy(m => m.Kind, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
            table.AddRow(Screen.Cell(kind.Key), Screen.Cell($"{kind.Count()}"), Screen.Cell(Range(kind.Select(m => (double?)m.Rank))), Screen.Cell(Range(kind.Select(m => (double?)m.FrobeniusNorm))), Screen.Cell(Range(kind.Select(m => m.RelativeNorm))), Screen.Cell(Range(kind.Select(m => m.SpectralNorm))), Screen.Cell(Range(kind.Select(m => m.EffectiveRank))));
        tool.Screen.People.Write(table);
    }

    private static string Range(IEnumerable<double?> values)
    {
        var known = values.OfType<double>().ToList();
        if (known.Count == 0)
            return "";
        var (least, most) = (Short(known.Min()), Short(known.Max()));
        return least == most ? least : $"{least} – {most}";
    }

    private static string Short(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    private static void ShowServing(Tool tool, IReadOnlyList<ServerSupport> servers)
    {
        foreach (var server in servers)
            tool.Screen.Say($"Unmerged on {server.Server}: {server.Outcome.ToString().ToLowerInvariant()}{(server.Reasons.Count > 0 ? $" ({string.Join("; ", server.Reasons)})" : "")}");
    }

    private static void ShowFindings(Tool tool, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0)
        {
            tool.Screen.Say("No findings.");
            return;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumns("", "finding", "where", "what", "what to do");
        foreach (var same in findings.GroupBy(f => f with { Where = "" }))
            table.AddRow(Screen.Cell(same.Key.Severity.ToString().ToLowerInvariant()), Screen.Cell(same.Key.Id), Screen.Cell(Places([.. same])), Screen.Cell(same.Key.Message), Screen.Cell(same.Key.Advice));
        tool.Screen.People.Write(table);
    }

    /// <summary>One place stands for many with the same fault, as in every layer of a wrong base; the record has them all.</summary>
    private static string Places(IReadOnlyList<Finding> same) => same.Count == 1 ? same[0].Where : $"{same[0].Where} and {same.Count - 1} more";
}
