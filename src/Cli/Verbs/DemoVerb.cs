using System.CommandLine;
using Loragate.Cli.Output;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Cli.Gate;
using Loragate.Governance.Keys;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Signing;
using Spectre.Console;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate demo</c>: the whole gate over the embedded sample.</summary>
internal static class DemoVerb
{
    public static Command Create(Tool tool)
    {
        var output = new Option<string>("--output") { Description = "The folder of the demo's dossiers, keys, ledger and reports.", HelpName = "DIR", DefaultValueFactory = _ => "demo-out" };
        return Verb.Create(tool, "demo", "Judges five small adapters with the whole gate: keys, merge, scores, decision, signatures, ledger, reports.",
            "loragate demo --output demo-out", [output], (parsed, cancellationToken) => Run(tool, Path.GetFullPath(parsed.GetValue(output)!), cancellationToken));
    }

    private static int Run(Tool tool, string output, CancellationToken cancellationToken)
    {
        var samples = Path.Combine(AppContext.BaseDirectory, "samples");
        var (key, ledgerKey) = (Path.Combine(output, "keys", "gate.pem"), Path.Combine(output, "keys", "ledger.pem"));
        var ledger = Path.Combine(output, "ledger");
        DemoKeys.Prepare(key, ledgerKey, ledger);
        Directory.CreateDirectory(Path.Combine(output, "reports"));
        var table = new Table().AddColumns("adapter", "verdict", "because");
        foreach (var adapter in Directory.EnumerateDirectories(Path.Combine(samples, "adapters")).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(adapter);
            tool.Screen.Say($"── {name}");
            var result = new GateRun(tool, new GateRequest
            {
                Base = Path.Combine(samples, "base"),
                Adapter = adapter,
                Policy = Path.Combine(AppContext.BaseDirectory, "policies", "demo.yaml"),
                DataRoot = samples,
                Dossier = Path.Combine(output, "dossiers", name),
                Cache = Path.Combine(output, "scores"),
                Ledger = ledger,
                LedgerKey = ledgerKey,
                Signing = new SignerSource(key),
                Report = Path.Combine(output, "reports", $"{name}.en.pdf"),
            }).Run(cancellationToken);
            WriteJapanese(tool, result, key, Path.Combine(output, "reports", $"{name}.ja.pdf"));
            table.AddRow(Screen.Cell(name), Screen.Cell(result.Decision.Verdict.ToString()), Screen.Cell(Because(result.Decision)));
        }
        tool.Screen.People.Write(table);
        SayWhatNext(tool, output);
        return ExitCode.Done;
    }

    private static void WriteJapanese(Tool tool, GateResult result, string keyPath, string path)
    {
        try
        {
            using var key = SigningKey.Read(keyPath);
            var earlier = File.Exists(path) ? File.ReadAllBytes(path) : [];
            AtomicFile.Write(path, AuditReport.Render(result.Contents, ReportLanguage.Japanese, FontSet.For(ReportLanguage.Japanese), new Signer(key), earlier, new Relay<string>(tool.Screen.Say)));
        }
        catch (ReportFontException e)
        {
            tool.Screen.Say($"No Japanese report: {e.Message}");
        }
    }

    /// <summary>The rules that stand in the way, or what was shown.</summary>
    private static string Because(Decision decision) => decision.Verdict switch
    {
        Verdict.Approved => $"all {decision.Rules.Count} rules passed",
        Verdict.Rejected => "failed: " + string.Join(", ", decision.Rules.Where(r => r.Outcome == Outcome.Failed).Select(r => r.Id)),
        _ => "undecided: " + string.Join(", ", decision.Rules.Where(r => r.Outcome == Outcome.Undecided).Select(r => r.Id)),
    };

    private static void SayWhatNext(Tool tool, string output)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, output);
        var folder = relative.StartsWith("..", StringComparison.Ordinal) ? output : relative;
        tool.Screen.Say("What to try next:");
        tool.Screen.Say($"  open {folder}/reports/routing-biased.en.pdf");
        tool.Screen.Say($"  loragate verify {folder}/dossiers/routing-good/release --key {folder}/keys/gate.pem.pub --vkey {folder}/keys/ledger.vkey");
        tool.Screen.Say($"  loragate verify {folder}/reports/routing-biased.en.pdf --key {folder}/keys/gate.pem.pub --vkey {folder}/keys/ledger.vkey");
        tool.Screen.Say($"  loragate ledger show --ledger {folder}/ledger --vkey {folder}/keys/ledger.vkey");
        tool.Screen.Say($"  loragate unmerge --merged {folder}/dossiers/routing-good/merged --output {folder}/restored");
        tool.Screen.Say("  ('loragate' is 'dotnet run --project src/Cli --' in a checkout.)");
    }
}
