using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Planning;

/// <summary>What a merge will do, known from headers and configs before any tensor is read.</summary>
public sealed class MergePlan
{
    private MergePlan(IReadOnlyList<PlannedTensor> tensors) => Tensors = tensors;

    /// <summary>Every tensor of the base, by name.</summary>
    public IReadOnlyList<PlannedTensor> Tensors { get; }

    /// <summary>Bytes of base weights.</summary>
    public long InputBytes => Tensors.Sum(t => t.Source.Info.Length);

    /// <summary>Bytes of merged weights.</summary>
    public long OutputBytes => Tensors.Sum(t => t.Output.Length);

    /// <summary>Plans a merge.</summary>
    /// <param name="baseModel">The open base.</param>
    /// <param name="adapters">The open adapters with their weights, in order.</param>
    /// <param name="outputType">The type of all floating-point tensors, or null to keep.</param>
    /// <param name="withUndo">Whether the merge must be undoable.</param>
    /// <exception cref="MergePlanException">The adapters do not fit the base; every reason is given.</exception>
    public static MergePlan Create(Checkpoint baseModel, IReadOnlyList<(PeftAdapter Adapter, double Weight)> adapters, DType? outputType, bool withUndo)
    {
        ArgumentNullException.ThrowIfNull(baseModel);
        ArgumentNullException.ThrowIfNull(adapters);
        var coverages = adapters.Select(a => (a.Adapter, a.Weight, Coverage: Coverage.Of(a.Adapter, baseModel))).ToList();
        RefuseUnfit([.. coverages.Select(c => (c.Adapter, c.Coverage.Findings.Where(f => f.Severity == Severity.Block).ToList()))]);
        var contributions = new Dictionary<string, List<Contribution>>(StringComparer.Ordinal);
        foreach (var (adapter, weight, coverage) in coverages)
        {
            foreach (var target in coverage.Targets)
                (contributions.TryGetValue(target.Tensor.Name, out var list) ? list : contributions[target.Tensor.Name] = []).Add(new Contribution(adapter, target, weight));
        }
        var tensors = baseModel.Tensors.Values.OrderBy(t => t.Name, StringComparer.Ordinal)
            .Select(t => new PlannedTensor(t, TypeOf(t.Info, outputType), contributions.GetValueOrDefault(t.Name) ?? []))
            .ToList();
        var refusals = tensors.SelectMany(t => Refusals(t, withUndo)).ToList();
        return refusals.Count == 0 ? new MergePlan(tensors) : throw new MergePlanException(baseModel.Folder, refusals);
    }

    /// <summary>Every reason of every adapter at once; where there are several adapters, each reason says whose it is.</summary>
    private static void RefuseUnfit(IReadOnlyList<(PeftAdapter Adapter, List<Finding> Faults)> adapters)
    {
        var unfit = adapters.Where(a => a.Faults.Count > 0).ToList();
        if (unfit.Count == 0)
            return;
        throw new MergePlanException(
            string.Join(", ", unfit.Select(a => a.Adapter.Folder).Distinct(StringComparer.Ordinal)),
            [.. unfit.SelectMany(a => a.Faults.Select(f => adapters.Count == 1 ? f : f with { Where = $"{a.Adapter.Identity.Name}, {f.Where}" }))]);
    }

    private static DType TypeOf(TensorInfo tensor, DType? outputType) =>
        outputType is { } type && tensor.DType.IsMergeable ? type : tensor.DType;

    private static IEnumerable<Finding> Refusals(PlannedTensor tensor, bool withUndo)
    {
        if (tensor.Contributions.Count > 1 && tensor.Contributions.Any(c => c.Target.Magnitude is not null))
            yield return Block("dora-combined", tensor, "DoRA normalises the whole row and combines with no other adapter", "Merge the DoRA adapter alone.");
        if (tensor.IsDora && tensor.Contributions[0].Target.Layout == StoredLayout.Conv1D)
            yield return Block("unsupported-setting", tensor, "DoRA over Conv1D weights is not merged by this build", "Use plain LoRA for this base.");
        if (tensor.IsDora && tensor.Contributions[0].Weight != 1)
            yield return Block("dora-weighted", tensor, "a DoRA adapter has no meaning at another weight than 1", "Merge it with weight 1.");
        if (withUndo && Precision(tensor.OutputType) < Precision(tensor.Source.Info.DType))
            yield return Block("narrower-type", tensor, $"rounding {tensor.Source.Info.DType} to {tensor.OutputType} loses what an exact unmerge needs", "Keep the type, or add --no-undo.");
    }

    private static int Precision(DType type) => type switch
    {
        DType.F32 => 24,
        DType.F16 => 11,
        DType.BF16 => 8,
        _ => 0,
    };

    private static Finding Block(string id, PlannedTensor tensor, string message, string advice) =>
        new(id, Severity.Block, tensor.Source.Name, message, advice);
}
