using System.Collections.Concurrent;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Combining;
using Loragate.Artifacts.Records.Merging;
using Loragate.MergeEngine.Algebra;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine.Combining;

/// <summary>
/// Makes one adapter of several (docs/formats/combine.v1.md): the same bytes on any machine and with any number of threads. The output
/// folder appears whole or not at all; the receipt lies in it under <c>loragate/</c>, where PEFT does not look.
/// </summary>
public static class Combiner
{
    /// <summary>The name of the arithmetic in receipts.</summary>
    public const string Procedure = "combine/1";

    /// <summary>Combines and returns the receipt, which is also written into the output folder.</summary>
    /// <exception cref="CombineException">The adapters cannot be combined, or not by this method.</exception>
    /// <exception cref="NonFiniteException">A factor holds NaN or an infinity, or a result does not fit the type.</exception>
    /// <exception cref="MalformedInputException">A file breaks its format, or the output exists.</exception>
    public static CombinationReceipt Combine(CombineRequest request, IProgress<MergeProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Adapters.Count == 0 || request.Adapters.Any(a => !double.IsFinite(a.Weight)))
            throw new ArgumentException("At least one adapter is needed, each with a finite weight.", nameof(request));
        using var adapters = new OpenAdapters(request.Adapters, cancellationToken);
        var plan = CombinePlan.Create(request.Method, adapters.Weighted);
        using var output = OutputFolder.Create(request.Output);
        var results = CombineModules(request, plan, progress, cancellationToken);
        var first = plan.Inputs[0].Adapter.Config;
        var draft = new AdapterDraft
        {
            BaseModel = plan.Inputs.Select(i => i.Adapter.Config.BaseModel).FirstOrDefault(name => !string.IsNullOrEmpty(name)),
            TaskType = first.TaskType,
            FanInFanOut = first.FanInFanOut,
            UseRslora = plan.Method.UsesRslora(plan.Inputs),
            TargetNames = plan.TargetNames(),
            FactorType = request.OutputType,
            Modules = [.. results.Select(r => r.Draft)],
        };
        var receipt = new CombinationReceipt(
            new EngineInfo("loragate.combine", request.Version, Procedure, request.Device.Name),
            [.. plan.Inputs.Select(i => new AppliedAdapter(i.Adapter.Identity, i.Weight))],
            plan.Method.Description,
            request.OutputType.ToString(),
            [.. results.Select(r => r.Record)],
            [.. plan.Method.Warnings(plan.Inputs)],
            draft.Write(output, cancellationToken));
        Directory.CreateDirectory(Path.Combine(output.Path, UndoFormat.Folder));
        output.Write(CombinationReceipt.FileName, receipt.ToCanonicalJson());
        output.Commit();
        return receipt;
    }

    private static List<(DraftModule Draft, CombinedModule Record)> CombineModules(CombineRequest request, CombinePlan plan, IProgress<MergeProgress>? progress, CancellationToken cancellationToken)
    {
        var sizes = plan.Modules.ToDictionary(m => m, m => plan.Inputs.Select(i => i.Modules.GetValueOrDefault(m)).First(p => p is not null) is { } pair ? (long)pair.Rows * pair.Columns : 0, StringComparer.Ordinal);
        var counter = new ByteCounter(sizes.Values.Sum()) { Progress = progress };
        var results = new ConcurrentDictionary<string, (DraftModule, CombinedModule)>(StringComparer.Ordinal);
        var options = new ParallelOptions { MaxDegreeOfParallelism = request.Threads, CancellationToken = cancellationToken };
        InParallel.LargestFirst(plan.Modules, path => sizes[path], options, path =>
        {
            results[path] = CombineModule(path, request, plan, cancellationToken);
            counter.Add(sizes[path]);
        });
        return [.. plan.Modules.Select(path => results[path])];
    }

    private static (DraftModule Draft, CombinedModule Record) CombineModule(string path, CombineRequest request, CombinePlan plan, CancellationToken cancellationToken)
    {
        var module = ModuleInput.Read(path, plan.Inputs);
        var factors = plan.Method.Combine(module, plan.Inputs, request.Device.Products, cancellationToken);
        var draft = new DraftModule(path, StoredFactor.Round(factors.A, request.OutputType, $"{path}, A"), StoredFactor.Round(factors.B, request.OutputType, $"{path}, B"));
        var scale = plan.Method.UsesRslora(plan.Inputs) ? draft.Rank / Math.Sqrt(draft.Rank) : 1.0;
        return (draft, Measure(module, factors, draft, scale, cancellationToken));
    }

    private static CombinedModule Measure(ModuleInput module, CombinedFactors factors, DraftModule draft, double scale, CancellationToken cancellationToken)
    {
        var (left, right) = (module.Left, module.Right);
        var sumNorm = LowRank.NormOfProduct(left, right);
        var fromSum = Distance(draft, scale, left, right);
        var (norm, error) = factors switch
        {
            { MeansSum: true } => (sumNorm, fromSum),
            { Target: { } target } => (scale * Math.Sqrt(target.SquaredNorm(cancellationToken)), scale * target.DistanceFrom(draft.B.Values, draft.A.Values, cancellationToken)),
            _ => (scale * LowRank.NormOfProduct(factors.B, factors.A), scale * Distance(draft, 1, factors.B, factors.A)),
        };
        return new CombinedModule(module.Path, [.. module.Parts.Select(p => p.Ordinal)], draft.Rank, scale, norm, error, sumNorm, fromSum, [.. factors.Kept], [.. factors.Dropped]);
    }

    /// <summary>‖s·B·A − L·R‖_F as the norm of the product [s·B, −L]·[A; R].</summary>
    private static double Distance(DraftModule draft, double scale, Matrix left, Matrix right) =>
        LowRank.NormOfProduct(
            Matrix.SideBySide([draft.B.Values.ScaledColumns(Enumerable.Repeat(scale, draft.Rank).ToArray()), left.ScaledColumns(Enumerable.Repeat(-1.0, left.Columns).ToArray())]),
            Matrix.Stacked([draft.A.Values, right]));
}
