using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Measuring;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;
using Loragate.Cli.Measuring;
using Loragate.Cli.Trials;
using Loragate.Cli.Verbs;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Gate;

/// <summary>What a report tells beside the scores: how the adapter was trained and what else was tried, which a rule may ask for; how fast the models are, and how the release before was judged, which none reads.</summary>
internal sealed class GateContext(Tool tool, GateRequest request, PreviousRelease? previous, TriedFolder? trials)
{
    /// <summary>Reads what was asked for and lies elsewhere, before any work begins.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="trustOf">Whom to trust to have signed the verdict on a decision; null for nobody.</param>
    /// <exception cref="DossierException">--previous names no dossier of a gate that ended, or --trials no folder of trials that ended.</exception>
    /// <exception cref="IntegrityException">The signed verdict on the release before does not hold.</exception>
    public static GateContext Open(Tool tool, GateRequest request, Func<Digest, SignerTrust>? trustOf) => new(
        tool,
        request,
        request.Previous is { } dossier ? PreviousRelease.Read(dossier, trustOf, tool.Screen.Say) : null,
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
        Keep(dossier, Dossier.PreviousFile, previous?.Decision);
        Keep(dossier.PathTo(DossierProofs.PreviousVerdictFile), previous?.Verdict);
    }

    /// <summary>Brings how the adapter came about into the dossier: the trials and its training receipt, each null where there is none.</summary>
    /// <param name="dossier">The dossier.</param>
    /// <param name="adapter">The gate's copy of the adapter.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    public (FiledRecord<TrialReport>? Trials, FiledRecord<TrainingReceipt>? Training) GatherOrigin(Dossier dossier, string adapter, CancellationToken cancellationToken)
    {
        Keep(dossier, Dossier.TrialCostsFile, trials?.Costs);
        return (Keep(dossier, Dossier.TrialsFile, trials?.Report), Keep(dossier, Dossier.TrainingFile, Training(adapter, cancellationToken)));
    }

    private static FiledRecord<T>? Keep<T>(Dossier dossier, string file, T? record)
        where T : Record
    {
        if (record is null)
        {
            dossier.Remove(file);
            return null;
        }
        dossier.Write(file, record);
        return new FiledRecord<T>(file, record);
    }

    private static void Keep(string path, byte[]? bytes)
    {
        if (bytes is null)
            File.Delete(path);
        else
            AtomicFile.Write(path, bytes);
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
        var meter = new ModelMeter(tool, CommonOptions.DeviceOf(request.Device), request.Precision);
        if (dossier.TryRead<Measurement>(Dossier.MeasurementFile) is not { } earlier || !meter.IsOf(earlier, models))
            dossier.Write(Dossier.MeasurementFile, meter.Measure(models, MeterPlan.Usual, cancellationToken));
    }
}
