using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.MergeEngine.Inspecting.Licences;
using Loragate.MergeEngine.Inspecting.Serving;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>An adapter linter: what the folder holds, whether it fits the base, and how large its update is (docs/findings.md).</summary>
public static class Inspector
{
    /// <summary>The name of the procedure in records.</summary>
    public const string Procedure = "inspect/3";

    /// <summary>Inspects an adapter.</summary>
    /// <exception cref="MalformedInputException">The folder, its config or its weights cannot be read at all.</exception>
    public static Inspection Inspect(InspectRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var adapter = PeftAdapter.Open(request.Adapter, cancellationToken);
        using var baseModel = request.Base is null ? null : Checkpoint.Open(request.Base);
        var card = ModelCardMetadata.Read(adapter.Folder);
        var layout = baseModel is null ? null : BaseLayout.Of(baseModel);
        var baseTensors = layout is null ? null : new BaseTensors(baseModel!, layout);
        var coverage = Coverage.Of(adapter, layout, new Declared(request.ExpertLayout, request.ResidualBase), cancellationToken);
        var statistics = UpdateStatistics.Of(adapter, coverage, baseTensors, cancellationToken);
        var measured = statistics.Measured;
        var finite = measured.Where(m => UpdateRules.IsFinite(m.Statistics)).ToList();
        var updates = OutlierScores.Add([.. finite.Select(m => m.Statistics)]);
        var licences = LicenceRules.Check(adapter.Folder, card, request.Base, request.DatasetLicences);
        var serving = ServingRules.Of(adapter);
        var findings = coverage.Findings
            .Concat(EarlierMerges.Check(request.ResidualBase, baseModel))
            .Concat(baseModel is null ? [] : CarriedCopies.Check(coverage, adapter, baseModel, cancellationToken))
            .Concat(FolderRules.Check(adapter, baseModel))
            .Concat(RemoteCodeRules.Check(adapter.Folder))
            .Concat(ConfigAdvice.Check(coverage, adapter, baseModel, layout))
            .Concat(BaseRules.Check(adapter, card, baseModel, request, cancellationToken))
            .Concat(TokenizerRules.Check(adapter, baseModel))
            .Concat(ReplacementRules.Check(coverage, adapter, layout))
            .Concat(UpdateRules.Check(adapter, coverage, finite, baseTensors, cancellationToken))
            .Concat(UpdateRules.Failures(statistics.Failures))
            .Concat(UpdateRules.Overflows(measured.Select(m => m.Statistics)))
            .Concat(OutlierScores.Check(updates))
            .Concat(MagnitudeRules.Check(adapter, coverage, baseTensors, cancellationToken))
            .Concat(licences.Findings)
            .Concat(ServingRules.Check(serving));
        return new Inspection(
            new EngineInfo("loragate.inspect", request.Version, Procedure, "cpu"),
            adapter.Identity,
            baseModel is null ? null : Identify(baseModel),
            adapter.Config.PeftType,
            adapter.Config.BaseModel,
            FindingList.Of(findings),
            updates) { IsDora = adapter.Config is { PeftType: "LORA", UseDora: true } ? true : null, IsRslora = adapter.Config.UseRslora ? true : null, ExpertLayout = coverage.ExpertLayout, Licences = licences.Licences, Serving = serving };
    }

    private static BaseIdentity Identify(Checkpoint baseModel)
    {
        var layout = baseModel.Tensors.Values.OrderBy(t => t.Name, StringComparer.Ordinal)
            .Select(t => new { t.Name, DType = t.Info.DType.ToString(), t.Info.Shape }).ToList();
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(baseModel.Folder)));
        return new BaseIdentity(name, baseModel.ModelType, baseModel.ConfigDigest, Digest.Of(RecordJson.Canonical(layout)));
    }
}
