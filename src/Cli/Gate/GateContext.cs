using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Measuring;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;
using Loragate.Cli.Measuring;
using Loragate.Cli.Trials;
using Loragate.Cli.Verbs;
using Loragate.Governance.Dossiers;

namespace Loragate.Cli.Gate;

/// <summary>What a report tells beside the judgement, and no rule reads: how the adapter was trained and what else was tried, how fast the models are, and how the release before was judged.</summary>
internal sealed class GateContext(Tool tool, GateRequest request, Decision? previous, TriedFolder? trials)
{
    /// <summary>Reads what was asked for and lies elsewhere, before any work begins.</summary>
    /// <exception cref="DossierException">--previous names no dossier of a gate that ended, or --trials no folder of trials that ended.</exception>
    public static GateContext Open(Tool tool, GateRequest request) => new(
        tool,
        request,
        request.Previous is { } dossier ? ReadPrevious(dossier) : null,
        request.Trials is { } folder ? TriedFolder.Read(folder) : null);

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
        Keep(dossier, Dossier.PreviousFile, previous);
        Keep(dossier, Dossier.TrialsFile, trials?.Report);
        Keep(dossier, Dossier.TrialCostsFile, trials?.Costs);
        Keep(dossier, Dossier.TrainingFile, Training(adapter, cancellationToken));
    }

    private static void Keep(Dossier dossier, string file, Record? record)
    {
        if (record is null)
            dossier.Remove(file);
        else
            dossier.Write(file, record);
    }

    /// <summary>The receipt in the adapter's folder, where it is one and about these files.</summary>
    private TrainingReceipt? Training(string adapter, CancellationToken cancellationToken)
    {
        var path = Path.Combine(adapter, TrainingReceipt.FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            var receipt = Record.ReadFile<TrainingReceipt>(path);
            if (FolderManifest.Read(adapter, cancellationToken).Files.Where(file => file.Path != TrainingReceipt.FileName).SequenceEqual(receipt.Files))
                return receipt;
            tool.Screen.Say($"{TrainingReceipt.FileName} is about other files than the adapter's: it is not told where the adapter comes from.");
        }
        catch (RecordException fault)
        {
            tool.Screen.Say($"It is not told where the adapter comes from: {fault.Message}");
        }
        return null;
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

    private static Decision ReadPrevious(string dossier)
    {
        var path = Path.Combine(dossier, Dossier.DecisionFile);
        return File.Exists(path) ? Record.ReadFile<Decision>(path) : throw new DossierException(dossier, $"no {Dossier.DecisionFile}", "Give --previous the dossier of a gate that ended.");
    }
}
