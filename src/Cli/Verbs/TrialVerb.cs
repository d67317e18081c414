using System.CommandLine;
using System.Globalization;
using Loragate.Artifacts.Records.Training;
using Loragate.Cli.Output;
using Loragate.Cli.Trials;
using Loragate.Governance.Signing;
using Loragate.Tuning.Trials;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate trial</c>: proofs of concept. <c>run</c> runs a plan, <c>show</c> shows what it found.</summary>
internal static class TrialVerb
{
    public static Command Create(Tool tool)
    {
        var command = new Command("trial", "Tries ways of tuning on your data, and shows what each does and costs.");
        command.Subcommands.Add(Run(tool));
        command.Subcommands.Add(Show(tool));
        return command;
    }

    /// <summary>The folder that a plan was run into.</summary>
    public static Option<string> Trials() => new("--trials") { Description = "The folder that the trials were run into.", HelpName = "DIR", Required = true };

    private static Command Run(Tool tool)
    {
        var baseModel = CommonOptions.Base(required: true);
        var plan = new Option<string>("--plan") { Description = "The plan (YAML).", HelpName = "FILE", Required = true };
        var threads = CommonOptions.TrainingThreads();
        var device = CommonOptions.Device();
        var output = CommonOptions.Output("The folder of everything that is made; an interrupted run goes on in it.");
        var signing = new SignerOptions(isRequired: false, "The key of whoever runs the trials, which signs their report");
        var json = CommonOptions.Json();
        return Verb.Create(tool, "run", "Runs a plan: every way of tuning in it, or by successive halving the ones that do best.",
            "loragate trial run --base base --plan trials/sample.yaml --output trials-out", [baseModel, plan, threads, device, output, .. signing.All, json], (parsed, cancellationToken) =>
            {
                using var opened = signing.SourceOf(parsed, tool)?.Open();
                var signer = opened?.Signer;
                if (signer is not null)
                    TrialSigning.RequireOwn(parsed.GetValue(output)!, signer);
                var read = TrialPlanFile.Read(parsed.GetValue(plan)!);
                var request = new TrialRequest
                {
                    Plan = read,
                    Base = parsed.GetValue(baseModel)!,
                    Weights = new DeferredWeights(parsed.GetValue(baseModel)!, Tool.Threads, cancellationToken),
                    Output = parsed.GetValue(output)!,
                    Device = CommonOptions.DeviceOf(parsed.GetValue(device)!),
                    Threads = Tool.Threads,
                    TrainingThreads = parsed.GetValue(threads),
                    Version = Tool.Version,
                    Seal = signer is null ? null : KeySeal.Of(signer.Key),
                    IsSigned = TrialSigning.IsOver,
                    Notes = new Relay<string>(tool.Screen.Say),
                };
                TrialReport report;
                using (var line = new ProgressLine(tool.Screen, "Trying"))
                    report = TrialRunner.Run(request, new ProcessMeter(tool.Clock, hasItsMemory: request.Device == "cpu"), new Relay<TrialProgress>(p => line.Report(p.Done, p.Planned, Words(p), isCounted: p.Loss is not null)), cancellationToken);
                if (parsed.GetValue(json))
                    tool.Screen.Emit(report.ToCanonicalJson());
                var tried = TriedFolder.Read(request.Output) with { Report = report };
                TrialTable.Show(tool, tried, read.Watts);
                if (signer is not null)
                    Sign(tool, tried, signer, cancellationToken);
                return ExitCode.Done;
            });
    }

    /// <summary>A signature that fails takes nothing of the trials away. Nothing is signed that says otherwise than the records in the folder.</summary>
    private static void Sign(Tool tool, TriedFolder tried, Signer signer, CancellationToken cancellationToken)
    {
        tool.Screen.Say($"Signing {tried.SignatureFile}; should that fail, the same command does it later.");
        tried.RequireSources(cancellationToken);
        TrialSigning.Sign(tried.Folder, tried.Report, signer);
        tool.Screen.Say($"Signed with {signer.Own.Description}.");
    }

    private static string Words(TrialProgress progress) => progress switch
    {
        { Loss: { } loss } => string.Create(CultureInfo.InvariantCulture, $"{progress.Trial}, loss {loss:0.000}"),
        { Part: { } part } => string.Create(CultureInfo.InvariantCulture, $"measuring {progress.Trial}, {part.Kind} {part.Number} of {part.Count}"),
        _ => $"measuring {progress.Trial}",
    };

    private static Command Show(Tool tool)
    {
        var trials = Trials();
        var trust = new TrustOptions();
        var watts = new Option<double?>("--watts") { Description = "What the machine draws while it trains, for an estimate of energy; what the plan says unless given.", HelpName = "W" };
        var against = new Option<string?>("--against") { Description = "The trial of the last round that the others are held against, item by item; the base unless given.", HelpName = "ID" };
        var json = CommonOptions.Json();
        return Verb.Create(tool, "show", "Shows what a plan found.", "loragate trial show --trials trials-out", [trials, watts, against, .. trust.All, json], (parsed, _) =>
        {
            if (parsed.GetValue(watts) is <= 0)
                throw new UsageException("--watts is a positive number.");
            var tried = TriedFolder.Read(parsed.GetValue(trials)!);
            TrialSigning.Tell(tool, tried, trust.Read(parsed, tool.Clock));
            var reference = parsed.GetValue(against) is { } id ? Find(tried.Report, id) : null;
            if (parsed.GetValue(json))
                tool.Screen.Emit(tried.Report.ToCanonicalJson());
            TrialTable.Show(tool, tried, parsed.GetValue(watts) ?? tried.Costs.Watts, reference);
            return ExitCode.Done;
        });
    }

    private static TrialResult Find(TrialReport report, string id) => report.Results.FirstOrDefault(result => result.Id == id)
        ?? throw new UsageException($"--against '{id}' is no trial of the last round, which has: {string.Join(", ", report.Results.Select(result => result.Id))}.");
}
