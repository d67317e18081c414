using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Auditing;
using Loragate.Artifacts.Records.Merging;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Auditing;

/// <summary>
/// Audits a merge that any tool made: computes every tensor again from base and adapters and says what the tool did to it
/// (docs/formats/merge-audit.v1.md). Both checkpoints are streamed, so memory is the adapters and a few rows a thread.
/// </summary>
public static class MergeAuditor
{
    /// <summary>The name of the procedure in records.</summary>
    public const string Procedure = "merge-audit/2";

    /// <summary>Audits a merged folder against the base and adapters that it is said to be made of.</summary>
    /// <exception cref="MergePlanException">The adapters do not fit the base: there is no such merge.</exception>
    /// <exception cref="NonFiniteException">A factor is NaN or infinite, or DoRA cannot scale the base.</exception>
    /// <exception cref="MalformedInputException">A folder cannot be read as what it should be.</exception>
    public static MergeAudit Audit(AuditRequest request, IProgress<MergeProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var baseModel = Checkpoint.Open(request.Base);
        using var merged = Checkpoint.Open(request.Merged);
        using var adapters = new OpenAdapters(request.Adapters, cancellationToken);
        EarlierMerges.Refuse(request.ResidualBase, baseModel);
        var plan = MergePlan.Create(BaseLayout.Of(baseModel), adapters.Weighted, outputType: null, withUndo: false, [.. adapters.Weighted.Select(_ => new Declared(request.ExpertLayout, request.ResidualBase))], cancellationToken);
        CarriedCopies.Check(plan, baseModel, cancellationToken);
        var run = new AuditRun(plan, baseModel, merged, request.Device, progress);
        var (tensors, baseDigests, mergedDigests) = run.Run(request.Threads, cancellationToken);
        var files = new FileComparison(baseModel, merged, plan.Unties).Run();
        return new MergeAudit(
            new EngineInfo("loragate.audit", request.Version, Procedure, request.Device.Name),
            Identify(baseModel, baseDigests),
            [.. adapters.Weighted.Zip(plan.Coverages, (a, coverage) => new AppliedAdapter(a.Adapter.Identity, a.Weight) { ExpertLayout = coverage.ExpertLayout, ResidualBase = coverage.ResidualBase })],
            Identify(merged, mergedDigests),
            tensors.All(t => IsRight(t.Verdict) && t.Finite is null) && files.All(f => f.Verdict is not FileVerdict.Differs),
            tensors,
            files);
    }

    /// <summary>Whether a verdict says that the tensor is the merge's, rounding aside.</summary>
    public static bool IsRight(TensorVerdict verdict) => verdict is TensorVerdict.Untouched or TensorVerdict.Canonical or TensorVerdict.Peft
        or TensorVerdict.PeftSafe or TensorVerdict.PeftHalf or TensorVerdict.WithinOneUlp;

    private static CheckpointIdentity Identify(Checkpoint checkpoint, IEnumerable<TensorDigest> tensors) =>
        new(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(checkpoint.Folder))), checkpoint.ConfigDigest, TensorDigest.OfWeights(tensors));
}
