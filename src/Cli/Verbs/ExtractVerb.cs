using System.CommandLine;
using Loragate.Artifacts.Records.Extracting;
using Loragate.Cli.Output;
using Loragate.MergeEngine;
using Loragate.MergeEngine.Extracting;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate extract</c>: an adapter from a fine-tuned checkpoint.</summary>
internal static class ExtractVerb
{
    private const int Shown = 20;

    public static Command Create(Tool tool)
    {
        var baseModel = CommonOptions.Base(required: true);
        var tuned = new Option<string>("--tuned") { Description = "The fine-tuned model's folder.", HelpName = "DIR", Required = true };
        var rank = new Option<int>("--rank") { Description = "The largest rank of an update.", HelpName = "R", Required = true };
        var uncaptured = new Option<string>("--uncaptured") { Description = "What becomes of changed norms, biases and embeddings, which no low-rank update holds: list them, save their modules whole, or refuse.", DefaultValueFactory = _ => "list" }.AcceptOnlyFromAmong("list", "save", "refuse");
        var dtype = FactorTypeOption.Create();
        var seed = new Option<ulong>("--seed") { Description = "The seed of the random start.", HelpName = "N", DefaultValueFactory = _ => 0UL };
        var output = CommonOptions.Output("The adapter folder to make.");
        var device = new MergeDeviceOption();
        var json = CommonOptions.Json();
        return Verb.Create(tool, "extract", "Makes an adapter of a fine-tuned checkpoint, with a certificate of what it holds. Exit code 1 if nothing changed.",
            "loragate extract --base base --tuned tuned --rank 16 --output adapter", [baseModel, tuned, rank, uncaptured, dtype, seed, output, .. device.Options, json], (parsed, cancellationToken) =>
            {
                using var opened = device.Open(parsed);
                var request = new ExtractRequest
                {
                    Base = parsed.GetValue(baseModel)!,
                    Tuned = parsed.GetValue(tuned)!,
                    Rank = parsed.GetValue(rank) is > 0 and <= 65_536 and var wanted ? wanted : throw new UsageException("--rank: write a number between 1 and 65536."),
                    Uncaptured = Enum.Parse<UncapturedChange>(parsed.GetValue(uncaptured)!, ignoreCase: true),
                    OutputType = FactorTypeOption.TypeOf(parsed.GetValue(dtype)!),
                    Seed = parsed.GetValue(seed),
                    Output = parsed.GetValue(output)!,
                    Device = opened,
                    Threads = Tool.Threads,
                    Version = Tool.Version,
                };
                using var line = new ProgressLine(tool.Screen, "Extracting");
                var receipt = Extractor.Extract(request, new Relay<MergeProgress>(p => line.Report(p.Done, p.Total)), cancellationToken);
                line.Dispose();
                if (receipt is null)
                {
                    tool.Screen.Say("Nothing changed: every tensor of the fine-tuned model has the values of the base. No adapter was written.");
                    return ExitCode.Rejected;
                }
                if (parsed.GetValue(json))
                    tool.Screen.Emit(receipt.ToCanonicalJson());
                Show(tool, receipt, request.Output);
                return ExitCode.Done;
            });
    }

    private static void Show(Tool tool, ExtractionReceipt receipt, string output)
    {
        var norm = Math.Sqrt(receipt.Modules.Sum(m => m.UpdateNorm * m.UpdateNorm));
        var error = Math.Sqrt(receipt.Modules.Sum(m => m.Error * m.Error));
        var worst = receipt.Modules.MaxBy(m => m.RelativeError)!;
        tool.Screen.Say($"Extracted {receipt.Modules.Count} modules into {output}; {receipt.Unchanged} tensors did not change.");
        tool.Screen.Say(FormattableString.Invariant($"The adapter holds {100 * (1 - error / norm * (error / norm)):0.##} % of the energy of what changed in them; its error is {error / norm:0.###e+0} of the change, at worst {worst.RelativeError:0.###e+0} ({worst.Module})."));
        foreach (var tensor in receipt.Uncaptured.Take(Shown))
            tool.Screen.Say(tensor.Saved ? $"Saved whole: {tensor.Name} ({tensor.Reason})." : $"Warning: changed, and not in the adapter: {tensor.Name} ({tensor.Reason}).");
        if (receipt.Uncaptured.Count > Shown)
            tool.Screen.Say($"… and {receipt.Uncaptured.Count - Shown} more; the receipt names them all.");
        tool.Screen.Say($"Receipt {receipt.ComputeDigest().Abbreviated}, in {ExtractionReceipt.FileName}.");
    }
}
