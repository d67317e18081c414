using System.CommandLine;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.Cli.Output;
using Loragate.MergeEngine;
using Loragate.MergeEngine.Planning;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate merge</c>: W' = W + s·B·A, with a receipt.</summary>
internal static class MergeVerb
{
    public static Command Create(Tool tool)
    {
        var baseModel = CommonOptions.Base(required: true);
        var adapters = new Option<string[]>("--adapter") { Description = "An adapter's folder, with '=WEIGHT' for another weight than 1; may be given several times.", HelpName = "ADAPTER[=WEIGHT]", Required = true };
        var output = CommonOptions.Output("The folder to make.");
        var dtype = new Option<string>("--dtype") { Description = "The type of the merged weights.", DefaultValueFactory = _ => "keep" }.AcceptOnlyFromAmong("keep", "float32", "bfloat16", "float16");
        var noUndo = new Option<bool>("--no-undo") { Description = "Do not write the side-car that unmerge needs." };
        var experts = new Option<string?>("--expert-layout") { Description = "How the factors of fused experts lie in the adapter's file, where it does not say who wrote it." }.AcceptOnlyFromAmong("expert-fastest", "expert-slowest");
        var device = new MergeDeviceOption();
        var dryRun = new Option<bool>("--dry-run") { Description = "Plan from headers and configs, read and write no tensor." };
        var json = CommonOptions.Json();
        return Verb.Create(tool, "merge", "Merges adapters into a base: the same bytes on any machine, and undoable to the last bit.",
            "loragate merge --base base --adapter adapters/routing-good --output merged", [baseModel, adapters, output, dtype, noUndo, experts, .. device.Options, dryRun, json], (parsed, cancellationToken) =>
            {
                using var opened = device.Open(parsed);
                var request = new MergeRequest
                {
                    Base = parsed.GetValue(baseModel)!,
                    Adapters = [.. parsed.GetValue(adapters)!.Select(AdapterArgument.Parse)],
                    Output = parsed.GetValue(output)!,
                    OutputType = TypeOf(parsed.GetValue(dtype)!),
                    WithUndo = !parsed.GetValue(noUndo),
                    ExpertLayout = ExpertLayoutName.Parse(parsed.GetValue(experts)),
                    Device = opened,
                    Threads = Tool.Threads,
                    Version = Tool.Version,
                };
                if (parsed.GetValue(dryRun))
                    return ShowPlan(tool, request, cancellationToken);
                using var line = new ProgressLine(tool.Screen, "Merging");
                var receipt = Merger.Merge(request, new Relay<MergeProgress>(p => line.Report(p.Done, p.Total)), cancellationToken);
                line.Dispose();
                if (parsed.GetValue(json))
                    tool.Screen.Emit(receipt.ToCanonicalJson());
                Show(tool, receipt, request.Output);
                return ExitCode.Done;
            });
    }

    private static DType? TypeOf(string name) => name switch
    {
        "float32" => DType.F32,
        "bfloat16" => DType.BF16,
        "float16" => DType.F16,
        _ => null,
    };

    private static int ShowPlan(Tool tool, MergeRequest request, CancellationToken cancellationToken)
    {
        var plan = Merger.Plan(request, cancellationToken);
        var changed = plan.Tensors.Where(t => t.Changes).ToList();
        tool.Screen.Say($"{changed.Count} of {plan.Tensors.Count} tensors change; {plan.InputBytes:N0} bytes are read, {plan.OutputBytes:N0} written.");
        foreach (var tensor in changed)
            tool.Screen.Say($"  {tensor.Output.Name} [{string.Join(", ", tensor.Output.Shape)}] {tensor.Output.DType} ← {tensor.Summary}");
        return ExitCode.Done;
    }

    private static void Show(Tool tool, MergeReceipt receipt, string output)
    {
        var update = Math.Sqrt(receipt.Merged.Sum(t => t.Fidelity.UpdateNorm * t.Fidelity.UpdateNorm));
        var lost = Math.Sqrt(receipt.Merged.Sum(t => t.Fidelity.LostNorm * t.Fidelity.LostNorm));
        var weights = receipt.Merged.Sum(t => t.Fidelity.Elements);
        tool.Screen.Say($"Merged {receipt.Merged.Count} of {receipt.Inputs.Count} tensors into {output}.");
        tool.Screen.Say(FormattableString.Invariant($"Rounding took {100 * lost / Math.Max(update, double.Epsilon):0.##} % of the update."));
        if (receipt.UndoFile is { } undo)
            tool.Screen.Say(FormattableString.Invariant($"Exact unmerge needs {receipt.Merged.Sum(t => t.UndoBits ?? 0) / (double)Math.Max(1, weights):0.####} bit a merged weight; the side-car has {undo.Size:N0} bytes."));
        tool.Screen.Say($"Weights {receipt.Output.WeightsDigest.Abbreviated}, base {receipt.Base.WeightsDigest.Abbreviated}, receipt {receipt.ComputeDigest().Abbreviated}.");
    }
}
