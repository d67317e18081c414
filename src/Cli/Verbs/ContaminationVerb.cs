using System.CommandLine;
using System.Globalization;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Contamination;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate contamination</c>: were the evaluation's questions in the training?</summary>
internal static class ContaminationVerb
{
    private const int MostShown = 10;

    public static Command Create(Tool tool) =>
        new("contamination", "Holds evaluation rows against the digests of a training set.") { Digest(tool), Check(tool) };

    private static Command Digest(Tool tool)
    {
        var training = new Option<string[]>("--training") { Description = "Training files: JSON lines, or .txt with a text a line; separated by commas.", HelpName = "FILE[,…]", Required = true };
        var output = new Option<string>("--output") { Description = "Where to write the digests; they can be handed on where the texts cannot.", HelpName = "FILE", Required = true };
        return Verb.Create(tool, "digest", "Writes the digests of every 13 and every 5 words in a row of a training set.",
            "loragate contamination digest --training train.jsonl --output train.digests", [training, output], (parsed, cancellationToken) =>
            {
                var digests = TrainingDigests.OfFiles([.. parsed.GetValue(training)!.SelectMany(names => names.Split(',', StringSplitOptions.RemoveEmptyEntries))], cancellationToken);
                digests.Write(parsed.GetValue(output)!);
                tool.Screen.Say(string.Create(CultureInfo.InvariantCulture, $"{digests.Count} digests in {parsed.GetValue(output)}."));
                return ExitCode.Done;
            });
    }

    private static Command Check(Tool tool)
    {
        var digests = new Option<string>("--digests") { Description = "The training set's digests, from 'contamination digest'.", HelpName = "FILE", Required = true };
        var (tasks, include, data, limit, json) = (EvaluateVerb.Tasks(), EvaluateVerb.Include(), EvaluateVerb.Data(), EvaluateVerb.Limit(), CommonOptions.Json());
        return Verb.Create(tool, "check", "Names the evaluation rows that share 13 words in a row with a training set, or are shorter and lie in it whole. Exit code 1 where there are any.",
            "loragate contamination check --digests train.digests --tasks tasks/sample_routing.yaml --data .", [digests, tasks, include, data, limit, json], (parsed, cancellationToken) =>
            {
                var training = TrainingDigests.Read(parsed.GetValue(digests)!);
                List<ScreenedTask> screened = [.. EvaluateVerb.Loaded(parsed.GetValue(tasks)!, parsed.GetValue(include)).Select(task => ContaminationScreen.Screen(task, task.Read(parsed.GetValue(data)!, parsed.GetValue(limit)), training, cancellationToken))];
                if (parsed.GetValue(json))
                    tool.Screen.Emit(new ContaminationReport(training.File, training.Count, screened).ToCanonicalJson());
                foreach (var task in screened)
                    tool.Screen.Say(Sentence(task));
                return screened.All(task => task.Overlapping.Count == 0) ? ExitCode.Done : ExitCode.Rejected;
            });
    }

    private static string Sentence(ScreenedTask task)
    {
        var rows = task.Overlapping.OrderByDescending(row => row.Share).Take(MostShown).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Id} ({100 * row.Share:0} %)"));
        var unknown = task.TooShort == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {task.TooShort} rows are too short to be looked for.");
        return task.Overlapping.Count == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{task.Name}: none of {task.Rows} rows overlaps with the training set.{unknown}")
            : string.Create(CultureInfo.InvariantCulture, $"{task.Name}: {task.Overlapping.Count} of {task.Rows} rows overlap with the training set: {string.Join(", ", rows)}{(task.Overlapping.Count > MostShown ? " …" : "")}.{unknown}");
    }
}
