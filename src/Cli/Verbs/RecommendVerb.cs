using System.CommandLine;
using Loragate.Artifacts.Records;
using Loragate.Cli.Trials;
using Loragate.Governance.Trials;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate recommend</c>: which trial to build on, and why.</summary>
internal static class RecommendVerb
{
    public static Command Create(Tool tool)
    {
        var trials = TrialVerb.Trials();
        var margin = new Option<double?>("--margin") { Description = "How much of what must not be forgotten may be lost, as a share of its items; what the plan allows unless given.", HelpName = "X" };
        var trust = new TrustOptions();
        var json = new Option<bool>("--json") { Description = "Write the recommendation to standard output as JSON." };
        return Verb.Create(tool, "recommend", "Says which trial to build on, or none, with the reasons. Exit code 1 if none is worth it.",
            "loragate recommend --trials trials-out", [trials, margin, .. trust.All, json], (parsed, _) =>
            {
                if (parsed.GetValue(margin) is not (null or (>= 0 and < 1)))
                    throw new UsageException("--margin is a share from 0 to below 1.");
                var tried = TriedFolder.Read(parsed.GetValue(trials)!);
                var report = tried.Report;
                if (parsed.GetValue(margin) is not null && report.Retained is null)
                    throw new UsageException("--margin is of what must not be forgotten, and these trials measured nothing of the kind ('retained' in their plan).");
                TrialSigning.Tell(tool, tried, trust.Read(parsed, tool.Clock));
                var recommendation = Recommendation.Of(report, parsed.GetValue(margin));
                if (parsed.GetValue(json))
                    tool.Screen.Emit(RecordJson.Canonical(recommendation));
                tool.Screen.Say(recommendation.Id is { } id ? $"Build on {id}." : "Build on none of them.");
                foreach (var reason in recommendation.Reasons)
                    tool.Screen.Say($"- {reason}");
                return recommendation.Id is null ? ExitCode.Rejected : ExitCode.Done;
            });
    }
}
