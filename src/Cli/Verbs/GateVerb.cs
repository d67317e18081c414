using System.CommandLine;
using Loragate.Cli.Output;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Cli.Gate;
using Loragate.EvalHarness.Models;
using Loragate.Governance.Reports;
using Loragate.MergeEngine.Layouts;
using Spectre.Console;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate gate</c>: may this adapter be released?</summary>
internal static class GateVerb
{
    public static Command Create(Tool tool)
    {
        var baseModel = CommonOptions.Base(required: true);
        var adapter = new Option<string>("--adapter") { Description = "The adapter's folder.", HelpName = "ADAPTER", Required = true };
        var policy = new Option<string>("--policy") { Description = "The policy (YAML).", HelpName = "FILE", Required = true };
        var data = new Option<string>("--data") { Description = "The folder that data files of tasks are relative to.", HelpName = "DIR", DefaultValueFactory = _ => "." };
        var dossier = new Option<string>("--dossier") { Description = "The folder of the records; an interrupted gate goes on from it.", HelpName = "DIR", Required = true };
        var cache = new Option<string?>("--cache") { Description = "A folder of scores that several gates share.", HelpName = "DIR" };
        var imported = new Option<string?>("--imported") { Description = "Scores that lm-evaluation-harness made: DIR/base and DIR/candidate, each with its results and samples files. Counts where the policy accepts it.", HelpName = "DIR" };
        var remote = new RemoteOptionGroup();
        var ledger = new Option<string?>("--ledger") { Description = "The ledger to log to.", HelpName = "DIR" };
        var ledgerKey = new LedgerKeyOptions(isRequired: false);
        var push = LedgerOptions.Push();
        var signing = new SignerOptions(isRequired: false, "The gate's key, which signs records, verdict and release");
        var experts = CommonOptions.ExpertLayout();
        var trust = new Option<string?>("--trust") { Description = "The trust policy (YAML): who may approve, with which keys.", HelpName = "FILE" };
        var authors = new Option<string[]>("--author") { Description = "Who made the adapter, by the id in the trust policy. May be given several times.", HelpName = "ID" };
        var training = new Option<string?>("--training-digests") { Description = "The digests of the adapter's training set, from 'contamination digest': the tasks' rows are held against them, for the policy's contamination rule.", HelpName = "FILE" };
        var measure = new Option<bool>("--measure") { Description = "Measure latency, throughput and memory of base, base with adapter, and merge on this machine, for the report." };
        var previous = new Option<string?>("--previous") { Description = "The dossier of the release before this one: the report holds this one against it.", HelpName = "DIR" };
        var trials = new Option<string?>("--trials") { Description = "The folder of 'loragate trial run': the report tells which ways of tuning were tried, and who signed that.", HelpName = "DIR" };
        var sarif = new Option<string?>("--sarif") { Description = "Where to write the decision as SARIF 2.1.0, for code scanning.", HelpName = "FILE" };
        var junit = new Option<string?>("--junit") { Description = "Where to write the decision as JUnit XML, for test reports.", HelpName = "FILE" };
        var summary = new Option<string?>("--summary") { Description = "Where to write the decision as Markdown, for the summary page of a CI job.", HelpName = "FILE" };
        var report = new Option<string?>("--report") { Description = "Another place for a copy of the report (PDF).", HelpName = "FILE" };
        var language = LanguageOption.Create();
        var type = EvaluateVerb.ComputeType();
        var device = CommonOptions.Device();
        var json = CommonOptions.Json();
        return Verb.Create(tool, "gate", "Decides whether an adapter may be released, proves the decision and documents it. Exit code 0 approved, 1 rejected, 2 undecided.",
            "loragate gate --base base --adapter adapters/routing-good --policy policies/demo.yaml --data samples --dossier dossier --key gate.pem",
            [baseModel, adapter, policy, data, dossier, experts, cache, imported, .. remote.All, ledger, .. ledgerKey.All, push, .. signing.All, trust, authors, training, measure, previous, trials, sarif, junit, summary, report, language, type, device, json], (parsed, cancellationToken) =>
            {
                if (parsed.GetValue(ledger) is null != ledgerKey.KeyOf(parsed) is null)
                    throw new UsageException("--ledger and --ledger-key go together: name both.");
                if (parsed.GetValue(ledger) is null && parsed.GetValue(push))
                    throw new UsageException("--ledger-push goes with --ledger: name the ledger that lies in a git clone.");
                if (signing.KeyOf(parsed) is null && parsed.GetValue(trust) is not null)
                    throw new UsageException("--trust goes with --key: people approve what a gate has signed.");
                if (parsed.GetValue(trust) is null && parsed.GetValue(authors) is { Length: > 0 })
                    throw new UsageException("--author goes with --trust: authors are named by their ids in the trust policy.");
                if (parsed.GetValue(imported) is not null && remote.Read(parsed, tool.Clock) is not null)
                    throw new UsageException("--imported and --remote exclude each other: the scores come from files or from a server.");
                if (EvaluateVerb.PrecisionOf(parsed.GetValue(type)!) != Precision.Float32 && remote.Read(parsed, tool.Clock) is not null)
                    throw new UsageException("--dtype goes without --remote: the server has a type of its own, and its distance from the probe is the noise.");
                if (EvaluateVerb.PrecisionOf(parsed.GetValue(type)!) != Precision.Float32 && parsed.GetValue(imported) is not null)
                    throw new UsageException("--dtype goes without --imported: those scores were computed elsewhere in a type of their own, and the plan names one type for all of them.");
                var result = new GateRun(tool, new GateRequest
                {
                    Base = parsed.GetValue(baseModel)!,
                    Adapter = parsed.GetValue(adapter)!,
                    Policy = parsed.GetValue(policy)!,
                    DataRoot = parsed.GetValue(data)!,
                    Dossier = parsed.GetValue(dossier)!,
                    ExpertLayout = ExpertLayoutName.Parse(parsed.GetValue(experts)),
                    Cache = parsed.GetValue(cache),
                    Imported = parsed.GetValue(imported),
                    Remote = remote.Read(parsed, tool.Clock),
                    Ledger = parsed.GetValue(ledger),
                    LedgerKey = ledgerKey.KeyOf(parsed),
                    LedgerKeySecrets = ledgerKey.SecretsOf(parsed, tool),
                    LedgerPush = parsed.GetValue(push),
                    Signing = signing.SourceOf(parsed, tool),
                    Trust = parsed.GetValue(trust),
                    Authors = parsed.GetValue(authors) ?? [],
                    TrainingDigests = parsed.GetValue(training),
                    Measure = parsed.GetValue(measure),
                    Previous = parsed.GetValue(previous),
                    Trials = parsed.GetValue(trials),
                    Sarif = parsed.GetValue(sarif),
                    JUnit = parsed.GetValue(junit),
                    Summary = parsed.GetValue(summary),
                    Report = parsed.GetValue(report),
                    Language = LanguageOption.Parse(parsed.GetValue(language)!),
                    Precision = EvaluateVerb.PrecisionOf(parsed.GetValue(type)!),
                    Device = parsed.GetValue(device) is "auto" ? "auto" : CommonOptions.DeviceOf(parsed.GetValue(device)!),
                }).Run(cancellationToken);
                if (parsed.GetValue(json))
                    tool.Screen.Emit(result.Decision.ToCanonicalJson());
                Show(tool, result);
                ShowRevoked(tool, result);
                return CodeOf(result.Decision.Verdict);
            });
    }

    internal static int CodeOf(Verdict verdict) => verdict switch
    {
        Verdict.Approved => ExitCode.Done,
        Verdict.Rejected => ExitCode.Rejected,
        _ => ExitCode.Undecided,
    };

    /// <summary>A revocation stops nobody from deciding anew, but nobody should do it unknowingly; and nothing but people takes it back.</summary>
    private static void ShowRevoked(Tool tool, GateResult result)
    {
        foreach (var revoked in result.Revoked)
            tool.Screen.Say($"WARNING: release {revoked.Number} of {result.Decision.Adapter.Name}, with exactly this adapter, was revoked: {revoked.Why}");
        if (result.Decision.Approvals?.Any(approval => approval.State == ApprovalState.BeforeRevocation) == true)
            tool.Screen.Say("What people approved before that does not count any more: who stands for this adapter now approves again.");
        if (result.Decision.IsRejectedByRevocation)
            tool.Screen.Say("NOT RELEASED: nobody has approved this adapter since it was revoked, and no day, language or evidence takes a revocation back. Only people do: let a policy ask them (check: approval).");
    }

    private static void Show(Tool tool, GateResult result)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("rule", "outcome", "why");
        foreach (var rule in result.Decision.Rules)
            table.AddRow(Screen.Cell(rule.Id), Screen.Cell(rule.Outcome.ToString()), Screen.Cell(rule.Summary));
        tool.Screen.People.Write(table);
        tool.Screen.Say($"{result.Decision.Verdict}: {result.Decision.Adapter.Name} by policy {result.Decision.Policy.Name} {result.Decision.Policy.Version}.");
        tool.Screen.Say($"Report {result.ReportPath}{(result.ReleasePath is { } release ? $", release {release}" : "")}.");
    }
}
