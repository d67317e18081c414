using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Measuring;
using Loragate.Artifacts.Records.Merging;
using Loragate.Cli.Measuring;
using Loragate.Cli.Verbs;
using Loragate.Governance.Dossiers;

namespace Loragate.Cli.Gate;

/// <summary>What a report tells beside the judgement, and no rule reads: how fast the models are, and how the release before was judged.</summary>
internal sealed class GateContext(Tool tool, GateRequest request, Decision? previous)
{
    /// <summary>Reads what was asked for and lies elsewhere, before any work begins.</summary>
    /// <exception cref="DossierException">--previous names no dossier of a gate that ended.</exception>
    public static GateContext Open(Tool tool, GateRequest request) => new(tool, request, request.Previous is { } folder ? Previous(folder) : null);

    /// <summary>Brings the dossier to what was asked for; what an earlier gate measured of the same models is kept.</summary>
    /// <param name="dossier">The dossier.</param>
    /// <param name="receipt">The merge; null where there was none, and so nothing to measure.</param>
    /// <param name="adapter">The gate's copy of the adapter.</param>
    /// <param name="cancellationToken">Ends the work between layers.</param>
    public void Gather(Dossier dossier, MergeReceipt? receipt, string adapter, CancellationToken cancellationToken)
    {
        if (receipt is not null && request.Measure)
            Measure(dossier, receipt, adapter, cancellationToken);
        else
            dossier.Remove(Dossier.MeasurementFile);
        if (previous is not null)
            dossier.Write(Dossier.PreviousFile, previous);
        else
            dossier.Remove(Dossier.PreviousFile);
    }

    private void Measure(Dossier dossier, MergeReceipt receipt, string adapter, CancellationToken cancellationToken)
    {
        MeteredModel[] models =
        [
            new(ModelForm.Base, request.Base, receipt.Base.WeightsDigest),
            new(ModelForm.Attached, request.Base, receipt.Base.WeightsDigest, adapter),
            new(ModelForm.Merged, dossier.PathTo(DossierSeal.MergedFolder), receipt.Output.WeightsDigest),
        ];
        var meter = new ModelMeter(tool, CommonOptions.DeviceOf(request.Device));
        if (dossier.TryRead<Measurement>(Dossier.MeasurementFile) is not { } earlier || !meter.IsOf(earlier, models))
            dossier.Write(Dossier.MeasurementFile, meter.Measure(models, MeterPlan.Usual, cancellationToken));
    }

    private static Decision Previous(string folder)
    {
        var path = Path.Combine(folder, Dossier.DecisionFile);
        return File.Exists(path) ? Record.ReadFile<Decision>(path) : throw new DossierException(folder, $"no {Dossier.DecisionFile}", "Give --previous the dossier of a gate that ended.");
    }
}
