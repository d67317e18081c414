using System.CommandLine;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Fonts;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate report</c>: the audit report of a finished dossier, in either language.</summary>
internal static class ReportVerb
{
    public static Command Create(Tool tool)
    {
        var dossier = new Option<string>("--dossier") { Description = "The dossier of a finished gate.", HelpName = "DIR", Required = true };
        var output = new Option<string>("--output") { Description = "The PDF to write.", HelpName = "FILE.pdf", Required = true };
        var language = LanguageOption.Create();
        return Verb.Create(tool, "report", "Renders the audit report of a dossier again, from its records alone.",
            "loragate report --dossier dossier --output report.ja.pdf --lang ja", [dossier, output, language], (parsed, _) =>
            {
                if (!parsed.GetValue(output)!.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase))
                    throw new UsageException($"--output {parsed.GetValue(output)}: reports are PDF files; name one that ends in .pdf.");
                var lang = LanguageOption.Parse(parsed.GetValue(language)!);
                var pdf = AuditReport.Render(Read(parsed.GetValue(dossier)!), lang, FontSet.For(lang));
                AtomicFile.Write(parsed.GetValue(output)!, pdf);
                tool.Screen.Say($"Wrote {parsed.GetValue(output)}.");
                return ExitCode.Done;
            });
    }

    private static ReportContents Read(string folder)
    {
        var path = Path.Combine(folder, Dossier.DecisionFile);
        if (!File.Exists(path))
            throw new DossierException(folder, $"no {Dossier.DecisionFile}", "Give the dossier of a gate that ended.");
        var decision = Record.ReadFile<Decision>(path);
        T[] All<T>(string schema, string prefix)
            where T : Record => [.. decision.Evidence.Where(e => e.Schema == schema && e.Path.StartsWith(prefix, StringComparison.Ordinal)).Select(e => Evidence<T>(folder, e))];
        return new ReportContents
        {
            Decision = decision,
            Inspection = All<Inspection>("loragate.inspection/1", "").Single(),
            Run = Record.ReadFile<Run>(Path.Combine(folder, Dossier.RunFile)),
            Merge = All<MergeReceipt>("loragate.merge-receipt/1", "").SingleOrDefault(),
            BaseEvaluations = All<EvaluationReport>("loragate.evaluation-report/1", "evaluations/base/"),
            CandidateEvaluations = All<EvaluationReport>("loragate.evaluation-report/1", "evaluations/candidate/"),
            Ledger = DossierProofs.Position(folder),
            Signatures = DossierProofs.Signatures(folder),
        };
    }

    private static T Evidence<T>(string folder, EvidenceLink link)
        where T : Record
    {
        var path = Path.Combine([folder, .. link.Path.Split('/')]);
        var found = Digest.OfFile(path);
        return found == link.Digest
            ? Record.ReadFile<T>(path)
            : throw new IntegrityException(link.Path, $"SHA-256 {found} where the decision rests on {link.Digest}");
    }
}
