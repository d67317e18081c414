using System.CommandLine;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.Cli.Output;
using Loragate.MergeEngine;
using Loragate.MergeEngine.Layouts;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate merge</c>: W' = W + s·B·A, with a receipt.</summary>
internal static class MergeVerb
{
    /// <summary>The share of an update from which on its loss is worth advice.</summary>
    private const double MuchLost = 0.1;

    public static Command Create(Tool tool)
    {
        var baseModel = CommonOptions.Base(required: true);
        var adapters = new Option<string[]>("--adapter") { Description = "An adapter's folder, with '=WEIGHT' for another weight than 1; may be given several times.", HelpName = "ADAPTER[=WEIGHT]", Required = true };
        var output = CommonOptions.Output("The folder to make.");
        var dtype = new Option<string>("--dtype") { Description = "The type of the merged weights.", DefaultValueFactory = _ => "keep" }.AcceptOnlyFromAmong("keep", "float32", "bfloat16", "float16");
        var noUndo = new Option<bool>("--no-undo") { Description = "Do not write the side-car that unmerge needs." };
        var experts = CommonOptions.ExpertLayout();
        var residual = CommonOptions.ResidualBase();
        var device = new MergeDeviceOption();
        var fresh = CommonOptions.Fresh();
        var dryRun = new Option<bool>("--dry-run") { Description = "Plan from headers and configs, read and write no tensor." };
        var json = CommonOptions.Json();
        return Verb.Create(tool, "merge", "Merges adapters into a base: the same bytes on any machine, and undoable to the last bit.",
            "loragate merge --base base --adapter adapters/routing-good --output merged", [baseModel, adapters, output, dtype, noUndo, experts, residual, .. device.Options, fresh, dryRun, json], (parsed, cancellationToken) =>
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
                    ResidualBase = parsed.GetValue(residual),
                    Resumes = !parsed.GetValue(fresh),
                    Device = opened,
                    Threads = Tool.Threads,
                    Version = Tool.Version,
                };
                if (parsed.GetValue(dryRun))
                    return Forecast(tool, request, parsed.GetValue(json), cancellationToken);
                MergeReceipt receipt;
                using (var progress = new ShardProgress(tool.Screen, "Merging"))
                    receipt = Merger.Merge(request, progress, cancellationToken);
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

    /// <summary>Ends as the merge itself would where the output does not fit on the disk.</summary>
    private static int Forecast(Tool tool, MergeRequest request, bool json, CancellationToken cancellationToken)
    {
        var forecast = Merger.Forecast(request, cancellationToken) with { FreeBytes = FreeAt(request.Output) };
        if (json)
            tool.Screen.Emit(forecast.ToCanonicalJson());
        tool.Screen.Say($"{forecast.Changed.Count} of {forecast.Tensors} tensors change; {forecast.BytesRead:N0} bytes are read, about {forecast.BytesWritten:N0} written.");
        if (forecast.SideCarBytes is { } sideCar)
            tool.Screen.Say($"About {sideCar:N0} of those bytes are the side-car that unmerge needs. That is an estimate: a larger update takes more, and no header tells how large it is.");
        tool.Screen.Say($"The runtime, factors and blocks take about {forecast.MemoryBytes / 1e6:N0} MB of memory{(forecast.DeviceBytes is { } device ? $", and the device {device / 1e6:N0} MB of its own" : "")}.");
        tool.Screen.Say(Duration(forecast));
        foreach (var tensor in forecast.Changed)
            tool.Screen.Say($"  {tensor.Name} [{string.Join(", ", tensor.Shape)}] {tensor.DType} ← {tensor.Change}");
        if (forecast.Fits != false)
            return ExitCode.Done;
        tool.Screen.Say($"It does not fit: {forecast.FreeBytes:N0} bytes are free there.");
        return ExitCode.Malformed;
    }

    /// <summary>What a fast and a slow machine take, and what both are taken to be.</summary>
    private static string Duration(MergeForecast forecast) => forecast.Time is not { Fast: var fast, Slow: var slow } time
        ? "How long that takes on this device was never measured."
        : FormattableString.Invariant($"It takes {time.LeastSeconds:0.0} to {time.MostSeconds:0.0} s with {time.Threads} threads: all bytes through a disk of {fast.DiskBytes / 1e9:0.#} to {slow.DiskBytes / 1e9:0.#} GB/s, {time.BytesHashed:N0} of them hashed at {fast.HashedBytes / 1e9:0.#} to {slow.HashedBytes / 1e9:0.#} GB/s a thread, and {time.MultiplyAdds:N0} multiply-adds at {fast.MultiplyAdds / 1e9:0.#} to {slow.MultiplyAdds / 1e9:0.#} billion/s a thread.");

    /// <summary>What is free in the nearest folder above the output that is there.</summary>
    private static long? FreeAt(string output)
    {
        var folder = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(output)));
        while (folder is not null && !Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder);
        return folder is null ? null : new DriveInfo(folder).AvailableFreeSpace;
    }

    private static void Show(Tool tool, MergeReceipt receipt, string output)
    {
        var update = Math.Sqrt(receipt.Merged.Sum(t => t.Fidelity.UpdateNorm * t.Fidelity.UpdateNorm));
        var lost = Math.Sqrt(receipt.Merged.Sum(t => t.Fidelity.LostNorm * t.Fidelity.LostNorm));
        tool.Screen.Say($"Merged {receipt.Merged.Count} of {receipt.Inputs.Count} tensors into {output}.");
        foreach (var adapter in receipt.Adapters.Where(a => a.ExpertLayout is not null))
            tool.Screen.Say($"The experts' factors of {adapter.Adapter.Name} were read as {adapter.ExpertLayout}; 'inspect' tells what that rests on.");
        foreach (var adapter in receipt.Adapters.Where(a => a.ResidualBase == true))
            tool.Screen.Say($"{receipt.Base.Name} was taken at your word for the residual base of {adapter.Adapter.Name}.");
        var share = lost / Math.Max(update, double.Epsilon);
        tool.Screen.Say(FormattableString.Invariant($"Rounding took {100 * share:0.##} % of the update.{(share > MuchLost ? " If that is too much, keep the adapter separate, or merge to float32 (--dtype float32)." : "")}"));
        if (receipt.UndoFile is { } undo)
            tool.Screen.Say(FormattableString.Invariant($"Exact unmerge needs {receipt.UndoBitsPerWeight:0.####} bit a merged weight; the side-car has {undo.Size:N0} bytes."));
        tool.Screen.Say($"Weights {receipt.Output.WeightsDigest.Abbreviated}, base {receipt.Base.WeightsDigest.Abbreviated}, receipt {receipt.ComputeDigest().Abbreviated}.");
    }
}
