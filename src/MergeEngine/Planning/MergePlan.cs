using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Planning;

/// <summary>What a merge will do, known from headers and configs before any tensor is read.</summary>
public sealed class MergePlan
{
    private MergePlan(BaseLayout layout, IReadOnlyList<PlannedTensor> tensors, IReadOnlyList<Coverage> coverages, IReadOnlyList<(PeftAdapter Adapter, CarriedCopy Copy)> copies, bool unties)
    {
        Layout = layout;
        Copies = copies;
        Tensors = tensors;
        Coverages = coverages;
        Unties = unties;
    }

    /// <summary>The base.</summary>
    public BaseLayout Layout { get; }

    /// <summary>The copies of base weights that the adapters carry.</summary>
    public IReadOnlyList<(PeftAdapter Adapter, CarriedCopy Copy)> Copies { get; }

    /// <summary>Every tensor of the output, by name.</summary>
    public IReadOnlyList<PlannedTensor> Tensors { get; }

    /// <summary>What each adapter's tensors are used for, in the order of the adapters.</summary>
    public IReadOnlyList<Coverage> Coverages { get; }

    /// <summary>Whether the base's head was its embedding and is a tensor of its own in the output.</summary>
    public bool Unties { get; }

    /// <summary>Bytes of base weights that are read.</summary>
    public long InputBytes => Tensors.Sum(t => t.Source.Length);

    /// <summary>Bytes of merged weights.</summary>
    public long OutputBytes => Tensors.Sum(t => t.Output.Length);

    /// <summary>Plans a merge.</summary>
    /// <param name="layout">The base.</param>
    /// <param name="adapters">The open adapters with their weights, in order.</param>
    /// <param name="outputType">The type of all floating-point tensors, or null to keep.</param>
    /// <param name="withUndo">Whether the merge must be undoable.</param>
    /// <param name="declared">What the caller says of each adapter and the base, if anything.</param>
    /// <param name="cancellationToken">Stops between an adapter's modules.</param>
    /// <exception cref="MergePlanException">The adapters do not fit the base; every reason is given.</exception>
    public static MergePlan Create(
        BaseLayout layout, IReadOnlyList<(PeftAdapter Adapter, double Weight)> adapters, DType? outputType, bool withUndo, IReadOnlyList<Declared>? declared = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(adapters);
        var coverages = adapters.Select((a, i) => Coverage.Of(a.Adapter, layout, declared?[i], cancellationToken)).ToList();
        RefuseUnfit([.. coverages.Zip(adapters).Select(pair => (pair.Second.Adapter, pair.First.Findings.Where(f => f.Severity == Severity.Block).ToList()))]);
        var contributions = coverages.Zip(adapters).SelectMany(pair => pair.First.Deltas.Select(delta => new Contribution(pair.Second.Adapter, delta, pair.Second.Weight)))
            .GroupBy(c => c.Delta.Target.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => (IReadOnlyList<Contribution>)[.. g], StringComparer.Ordinal);
        var copies = coverages.Zip(adapters).SelectMany(pair => pair.First.Copies.Select(copy => (pair.Second.Adapter, copy))).ToList();
        var (unties, head) = Untying.Of(layout, contributions);
        var tensors = layout.Tensors.Values.Concat(head is null ? [] : [head]).OrderBy(t => t.Name, StringComparer.Ordinal)
            .Select(t => Plan(layout, t, outputType, contributions.GetValueOrDefault(t.Name) ?? [])).ToList();
        var refusals = Untying.Faults(layout, contributions, unties).Concat(tensors.SelectMany(t => PlanRules.Check(t, withUndo))).Concat(coverages.Zip(adapters).SelectMany(pair => PlanRules.Check(pair.First, pair.Second.Weight))).Concat(PlanRules.Check(coverages)).ToList();
        return refusals.Count == 0 ? new MergePlan(layout, tensors, coverages, copies, unties) : throw new MergePlanException(adapters.Count == 1 ? adapters[0].Adapter.Folder : "the adapters together", refusals);
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

    private static PlannedTensor Plan(BaseLayout layout, TensorPlan tensor, DType? outputType, IReadOnlyList<Contribution> contributions) =>
        new(layout.Tensors.ContainsKey(tensor.Name) ? tensor : layout.Embedding!, tensor with { DType = outputType is { } type && tensor.DType.IsMergeable ? type : tensor.DType }, contributions);
}
