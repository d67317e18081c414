using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Extracting;
using Loragate.Artifacts.Records.Merging;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Loragate.MergeEngine.Algebra;
using Loragate.MergeEngine.Combining;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine.Extracting;

/// <summary>One extraction: compares every tensor, captures what changed, writes the adapter and its certificate.</summary>
internal sealed class ExtractRun(ExtractRequest request, Checkpoint baseModel, Checkpoint tuned, OutputFolder output)
{
    private readonly ModuleNames _names = new(baseModel);
    private readonly ByteCounter _counter = new(2 * baseModel.Tensors.Values.Sum(t => t.Info.Length));

    public ExtractionReceipt? Run(IProgress<MergeProgress>? progress, CancellationToken cancellationToken)
    {
        _counter.Progress = progress;
        var options = new ParallelOptions { MaxDegreeOfParallelism = request.Threads, CancellationToken = cancellationToken };
        var changes = Compare(options);
        var changed = changes.Where(c => c.IsChange).ToList();
        if (changed.Count == 0)
            return null;
        var uncaptured = changed.Where(c => ReasonAgainst(c) is not null).ToList();
        var replaced = request.Uncaptured == UncapturedChange.Save ? uncaptured.Select(c => ModuleNames.Module(c.Name)).ToHashSet(StringComparer.Ordinal) : [];
        var captured = changed.Where(c => ReasonAgainst(c) is null && !IsReplaced(c, replaced)).ToList();
        Refuse(uncaptured, captured);

        var results = Capture(captured, options);
        var draft = Draft(results, captured, replaced);
        var receipt = new ExtractionReceipt(
            new EngineInfo("loragate.extract", request.Version, Extractor.Procedure, request.Device.Name),
            Identify(baseModel, changes.Select(c => TensorChange.Digested(c.Base, c.BaseDigest))),
            Identify(tuned, changes.Select(c => TensorChange.Digested(c.Tuned, c.TunedDigest))),
            request.Rank,
            request.Seed.ToString(CultureInfo.InvariantCulture),
            request.OutputType.ToString(),
            [.. results.Select(r => r.Record)],
            [.. changed.Where(c => !captured.Contains(c)).Select(c => Uncaptured(c, replaced))],
            changes.Count - changed.Count,
            draft.Write(output, cancellationToken));
        Directory.CreateDirectory(Path.Combine(output.Path, UndoFormat.Folder));
        output.Write(ExtractionReceipt.FileName, receipt.ToCanonicalJson());
        output.Commit();
        return receipt;
    }

    private List<TensorChange> Compare(ParallelOptions options)
    {
        var changes = new ConcurrentBag<TensorChange>();
        InParallel.LargestFirst(baseModel.Tensors.Values, t => t.Info.Length, options, tensor =>
        {
            changes.Add(TensorChange.Of(tensor, tuned.Tensor(tensor.Name), options.CancellationToken));
            _counter.Add(tensor.Info.Length);
        });
        return [.. changes.OrderBy(c => c.Name, StringComparer.Ordinal)];
    }

    private void Refuse(List<TensorChange> uncaptured, List<TensorChange> captured)
    {
        var names = string.Join("; ", uncaptured.Take(10).Select(c => $"'{c.Name}' ({ReasonAgainst(c)})")) + (uncaptured.Count > 10 ? $"; and {uncaptured.Count - 10} more" : "");
        if (request.Uncaptured == UncapturedChange.Refuse && uncaptured.Count > 0)
            throw new ExtractException(tuned.Folder, $"no low-rank update holds what changed in {names}", "Let them be listed or saved whole.");
        if (captured.Count == 0)
            throw new ExtractException(tuned.Folder, $"no linear layer changed, only {names}", "Keep the fine-tuned model: there is nothing for a low-rank adapter to hold.");
    }

    private List<(DraftModule Draft, ExtractedModule Record)> Capture(List<TensorChange> captured, ParallelOptions options)
    {
        var results = new ConcurrentDictionary<string, (DraftModule, ExtractedModule)>(StringComparer.Ordinal);
        InParallel.LargestFirst(captured, c => c.Base.Info.Length, options, change =>
        {
            results[change.Name] = Capture(change, options.CancellationToken);
            _counter.Add(change.Base.Info.Length);
        });
        return [.. captured.Select(c => results[c.Name]).OrderBy(r => r.Item1.Path, StringComparer.Ordinal)];
    }

    private (DraftModule Draft, ExtractedModule Record) Capture(TensorChange change, CancellationToken cancellationToken)
    {
        var module = _names.InClass(ModuleNames.Module(change.Name));
        var (difference, energy) = (new CheckpointDifference(change.Base, change.Tuned, request.Device.Products), change.SquaredNorm!.Value);
        var best = LowRank.OfRows(difference, request.Rank, energy, Philox.Stream("range", request.Seed, module, 0), cancellationToken);
        var left = StoredFactor.Round(best.BalancedLeft, request.OutputType, $"{module}, factor");
        var right = StoredFactor.Round(best.BalancedRight, request.OutputType, $"{module}, factor");
        var draft = _names.IsTransposed(change.Base)
            ? new DraftModule(module, left.Transpose(request.OutputType), right.Transpose(request.OutputType))
            : new DraftModule(module, right, left);
        var record = new ExtractedModule(
            module,
            change.Name,
            draft.Rank,
            Math.Sqrt(energy),
            difference.DistanceFrom(left.Values, right.Values, cancellationToken),
            Math.Min(1, best.Values.Sum(s => s * s) / energy),
            energy / (best.Values[0] * best.Values[0]),
            best.Values,
            best.Dropped,
            best.Passes);
        return (draft, record);
    }

    private AdapterDraft Draft(List<(DraftModule Draft, ExtractedModule Record)> results, List<TensorChange> captured, HashSet<string> replaced) => new()
    {
        BaseModel = DeclaredName(),
        TaskType = IsCausal() ? "CAUSAL_LM" : null,
        FanInFanOut = captured.All(c => _names.IsTransposed(c.Base)),
        TargetNames = TargetNames(captured),
        FactorType = request.OutputType,
        Modules = [.. results.Select(r => r.Draft)],
        Replaced = [.. replaced.Select(_names.InClass).Order(StringComparer.Ordinal)],
        EnsureWeightTying = _names.HoldsTie(replaced),
        ReplacedTensors = tuned.Tensors.Values.Where(t => replaced.Contains(ModuleNames.Module(t.Name))).ToDictionary(t => _names.InClass(t.Name), t => t, StringComparer.Ordinal),
    };

    /// <summary>Plain names where every linear layer of the base that ends so is captured, else every path.</summary>
    private List<string> TargetNames(List<TensorChange> captured)
    {
        var paths = captured.Select(c => ModuleNames.Module(c.Name)).ToHashSet(StringComparer.Ordinal);
        var plain = paths.Select(BaseLayout.LastOf).ToHashSet(StringComparer.Ordinal);
        var targeted = baseModel.Tensors.Values.Where(t => t.Info.Shape.Count == 2 && t.Name.EndsWith(".weight", StringComparison.Ordinal)).Select(t => ModuleNames.Module(t.Name))
            .Where(m => plain.Contains(BaseLayout.LastOf(m)));
        return [.. (targeted.All(paths.Contains) ? plain : paths.Select(_names.InClass)).Order(StringComparer.Ordinal)];
    }

    private static string? ReasonAgainst(TensorChange change) => ModuleNames.ReasonAgainst(change.Base) ?? ModuleNames.ReasonAgainst(change.Tuned);

    /// <summary>Whether a change is in what is saved whole: the tensor itself, or as its head the embedding.</summary>
    private bool IsReplaced(TensorChange change, HashSet<string> replaced) =>
        replaced.Contains(ModuleNames.Module(change.Name)) || (_names.IsTiedHead(change.Name) && _names.HoldsTie(replaced));

    private UncapturedTensor Uncaptured(TensorChange change, HashSet<string> replaced) => new(
        change.Name,
        ReasonAgainst(change) ?? (_names.IsTiedHead(change.Name) ? "the embedding, as its head" : "its module is saved whole"),
        change.SquaredNorm is { } squared ? Math.Sqrt(squared) : null,
        IsReplaced(change, replaced));

    private string DeclaredName() =>
        baseModel.Config.TryGetProperty("_name_or_path", out var name) && name.ValueKind == JsonValueKind.String && name.GetString() is { Length: > 0 } text && !Path.IsPathRooted(text)
            ? text
            : NameOf(baseModel);

    private bool IsCausal() =>
        baseModel.Config.TryGetProperty("architectures", out var classes) && classes.ValueKind == JsonValueKind.Array
        && classes.EnumerateArray().Any(c => c.ValueKind == JsonValueKind.String && c.GetString()!.EndsWith("ForCausalLM", StringComparison.Ordinal));

    private static CheckpointIdentity Identify(Checkpoint checkpoint, IEnumerable<TensorDigest> tensors) =>
        new(NameOf(checkpoint), checkpoint.ConfigDigest, TensorDigest.OfWeights(tensors));

    private static string NameOf(Checkpoint checkpoint) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(checkpoint.Folder)));
}
