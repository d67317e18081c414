using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Merging;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine;

/// <summary>
/// Merges adapters into a base by the canonical arithmetic (docs/formats/merge.v1.md): the same bytes on any machine. The base is
/// streamed, so memory is the adapter plus a few blocks; the output folder appears whole or not at all.
/// </summary>
public static class Merger
{
    /// <summary>The name of the arithmetic in receipts.</summary>
    public const string Procedure = "canonical/1";

    /// <summary>Merges and returns the receipt, which is also written into the output folder.</summary>
    /// <exception cref="MergePlanException">The adapters do not fit the base.</exception>
    /// <exception cref="IntegrityException">The base is a merged folder and not what its own receipt says.</exception>
    /// <exception cref="NonFiniteException">A NaN or infinity went in or came out.</exception>
    /// <exception cref="MalformedInputException">A file breaks its format, or the output exists.</exception>
    public static MergeReceipt Merge(MergeRequest request, IProgress<MergeProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var baseModel = Checkpoint.Open(request.Base);
        using var adapters = new OpenAdapters(request.Adapters, cancellationToken);
        var plan = Plan(request, baseModel, adapters, cancellationToken);
        CarriedCopies.Check(plan, baseModel, cancellationToken);
        var earlier = EarlierMerges.Of(baseModel);
        using var output = request.Resumes ? OutputFolder.Resume(request.Output) : OutputFolder.Create(request.Output);
        return new MergeRun(request, baseModel, adapters.Weighted, plan, earlier, output).Run(progress, cancellationToken);
    }

    /// <summary>Says what a merge would do and take, without reading or writing a tensor.</summary>
    /// <exception cref="MergePlanException">The adapters do not fit the base.</exception>
    /// <exception cref="IntegrityException">The base is a merged folder and not what its own receipt says.</exception>
    /// <exception cref="MalformedInputException">A file breaks its format, or the output exists.</exception>
    public static MergeForecast Forecast(MergeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var baseModel = Checkpoint.Open(request.Base);
        using var adapters = new OpenAdapters(request.Adapters, cancellationToken);
        var plan = Plan(request, baseModel, adapters, cancellationToken);
        OutputFolder.CheckFree(request.Output);
        return Forecaster.Of(plan, baseModel, adapters.Weighted, request, EarlierMerges.Of(baseModel));
    }

    private static MergePlan Plan(MergeRequest request, Checkpoint baseModel, OpenAdapters adapters, CancellationToken cancellationToken)
    {
        EarlierMerges.Refuse(request.ResidualBase, baseModel);
        return MergePlan.Create(BaseLayout.Of(baseModel), adapters.Weighted, request.OutputType, request.WithUndo, [.. adapters.Weighted.Select(_ => new Declared(request.ExpertLayout, request.ResidualBase))], cancellationToken);
    }
}
