using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Measuring;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;
using Loragate.Cli.Measuring;
using Loragate.Cli.Verbs;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Gate;

/// <summary>What a report tells beside the scores: how the adapter was trained and what else was tried, which a rule may ask for; how fast the models are, and how the release before was judged, which none reads.</summary>
internal sealed class GateContext(Tool tool, GateRequest request, PreviousRelease? previous, GivenTrials? trials)
{
    /// <summary>Reads what was asked for and lies elsewhere, before any work begins.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="trustOf">Whom to trust to have signed the verdict on a decision; null for nobody.</param>
    /// <param name="verifyTrials">Verifies a signature over the report of trials; null trusts nobody.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="DossierException">--previous names no dossier of a gate that ended, or --trials no folder of trials that ended.</exception>
    /// <exception cref="IntegrityException">The signed verdict on the release before does not hold; or the trials' report is not what was signed, or says otherwise than its plan, the records that it was made from or the adapter's own receipt.</exception>
    public static GateContext Open(Tool tool, GateRequest request, Func<Digest, SignerTrust>? trustOf, Func<TrialReport, byte[], string, VerificationResult>? verifyTrials, CancellationToken cancellationToken)
    {
        var previous = request.Previous is { } dossier ? PreviousRelease.Read(dossier, trustOf, tool.Screen.Say) : null;
        var trials = request.Trials is { } folder ? GivenTrials.Read(folder, verifyTrials, tool.Screen.Say, cancellationToken) : null;
        if (trials is not null && Training(request.Adapter, _ => { }, cancellationToken) is { } receipt)
            trials.Tried.Require(receipt);
        return new GateContext(tool, request, previous, trials);
    }

    /// <summary>Brings the dossier to what was asked for; what an earlier gate measured of the same models is kept.</summary>
    /// <param name="dossier">The dossier.</param>
    /// <param name="receipt">The merge; null where there was none, and so nothing to measure.</param>
    /// <param name="adapter">The gate's copy of the adapter.</param>
    /// <param name="candidate">The candidate's reports, by task: the scores of the release before are kept on the same tasks and data.</param>
    /// <param name="cancellationToken">Ends the work between layers.</param>
    public void Gather(Dossier dossier, MergeReceipt? receipt, string adapter, IReadOnlyDictionary<string, FiledRecord<EvaluationReport>> candidate, CancellationToken cancellationToken)
    {
        if (receipt is not null && request.Measure)
            Measure(dossier, receipt, adapter, cancellationToken);
        else
            dossier.Remove(Dossier.MeasurementFile);
        Keep(dossier, Dossier.PreviousFile, previous?.Decision);
        Keep(dossier, Dossier.PreviousMeasurementFile, previous?.Measurement);
        dossier.Keep(DossierProofs.PreviousVerdictFile, previous?.Verdict);
        var scores = previous?.ScoresOn(candidate) ?? new Dictionary<string, byte[]>();
        foreach (var stale in Dossier.PreviousReportsIn(dossier.Folder).Where(file => !scores.ContainsKey(file)))
            dossier.Keep(stale, null);
        foreach (var (file, report) in scores)
            dossier.Keep(file, report);
    }

    /// <summary>Brings how the adapter came about into the dossier.</summary>
    /// <param name="dossier">The dossier.</param>
    /// <param name="adapter">The gate's copy of the adapter.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    public AdapterOrigin GatherOrigin(Dossier dossier, string adapter, CancellationToken cancellationToken)
    {
        var training = Keep(dossier, Dossier.TrainingFile, Training(adapter, tool.Screen.Say, cancellationToken));
        Keep(dossier, Dossier.TrialCostsFile, trials?.Tried.Costs);
        var report = Keep(dossier, Dossier.TrialsFile, trials?.Tried.Report);
        return GivenTrials.Keep(trials, dossier, training) with { Trials = report, Training = training };
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

    /// <summary>The receipt in the adapter's folder, where it is one and about these files.</summary>
    private static TrainingReceipt? Training(string adapter, Action<string> say, CancellationToken cancellationToken)
    {
        var path = Path.Combine(adapter, TrainingReceipt.FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            var receipt = Record.ReadFile<TrainingReceipt>(path);
            if (FolderManifest.Read(adapter, cancellationToken).Files.Where(file => file.Path != TrainingReceipt.FileName).SequenceEqual(receipt.Files))
                return receipt;
            say($"{TrainingReceipt.FileName} is about other files than the adapter's: it is not told where the adapter comes from.");
        }
        catch (RecordException fault)
        {
            say($"It is not told where the adapter comes from: {fault.Message}");
        }
        return null;
    }

    private void Measure(Dossier dossier, MergeReceipt receipt, string adapter, CancellationToken cancellationToken)
    {
        MeteredModel[] models =
        [
            new(ModelForm.Base, request.Base, receipt.Base.WeightsDigest),
            new(ModelForm.Attached, request.Base, receipt.Base.WeightsDigest, adapter) { MayLack = true },
            new(ModelForm.Merged, dossier.PathTo(DossierSeal.MergedFolder), receipt.Output.WeightsDigest),
        ];
        var meter = new ModelMeter(tool, CommonOptions.DeviceOf(request.Device), request.Precision);
        if (dossier.TryRead<Measurement>(Dossier.MeasurementFile) is not { } earlier || !meter.IsOf(earlier, models))
            dossier.Write(Dossier.MeasurementFile, meter.Measure(models, MeterPlan.Usual, cancellationToken));
    }
}
