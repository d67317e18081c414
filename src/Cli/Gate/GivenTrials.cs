using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Training;
using Loragate.Cli.Trials;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;
using Loragate.Governance.Trials;

namespace Loragate.Cli.Gate;

/// <summary>The trials that a gate was given, after all that they say was held against the records that they were made from.</summary>
/// <param name="Tried">The trials.</param>
/// <param name="Plan">Their plan, byte for byte; null where it was not given.</param>
/// <param name="Signature">What was signed about their report, after that was found to be by somebody whom the gate trusts; null where nobody's signature proves it.</param>
internal sealed record GivenTrials(TriedFolder Tried, byte[]? Plan, byte[]? Signature)
{
    private const string Own = "own";

    /// <summary>Reads a folder of trials.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="verify">Verifies a signature over a report by those whom the gate trusts; null for nobody, and then only what it is about is checked.</param>
    /// <param name="say">Is told what is taken without proof.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="DossierException">No trials have ended in the folder, or their report says nothing that can be read.</exception>
    /// <exception cref="IntegrityException">The signature does not hold or is about something else, or the report says otherwise than its plan or a record that it was made from.</exception>
    public static GivenTrials Read(string folder, Func<TrialReport, byte[], string, VerificationResult>? verify, Action<string> say, CancellationToken cancellationToken)
    {
        var tried = TriedFolder.Read(folder);
        var fault = tried.Signature is not { } bundle ? "nobody signed them" : Fault(tried, bundle, verify);
        if (fault is not null)
            say($"Note: the trials in {folder} are taken without proof, and the report says so: {fault}.");
        var (found, named) = tried.CheckSources(cancellationToken);
        if (found < named)
            say(string.Create(CultureInfo.InvariantCulture, $"Note: {named - found} of the {named} receipts and evaluations that the report of the trials names are not in {folder}: what it says of them is taken as it stands."));
        var plan = tried.CheckPlan();
        if (plan is null)
            say($"Note: the plan of the trials is not in {folder}, or their report does not tell it: whether trials or rounds were left out is not known.");
        return new GivenTrials(tried, plan, fault is null ? tried.Signature : null);
    }

    /// <summary>Brings the plan, the evaluations of the base and of this adapter's trial, and what was signed into a dossier.</summary>
    /// <param name="given">The trials; null where there are none, and then what an earlier gate kept goes.</param>
    /// <param name="dossier">The dossier.</param>
    /// <param name="receipt">The adapter's training receipt; null where it has none.</param>
    /// <returns>What lies there.</returns>
    /// <exception cref="IntegrityException">The report of the trials says otherwise of the adapter than its receipt.</exception>
    public static AdapterOrigin Keep(GivenTrials? given, Dossier dossier, FiledRecord<TrainingReceipt>? receipt)
    {
        if (given is not null && receipt is not null)
            given.Tried.Require(receipt.Record);
        var own = given?.Tried.Report.Rounds[^1].Runs.FirstOrDefault(run => run.Receipt is not null && run.Receipt == receipt?.Digest)?.Id;
        // Task and retained may be two metrics of one evaluation.
        var evaluations = (given?.Tried.EvaluationsOf(own) ?? []).Select(each => (File: Dossier.TrialEvaluationFile(each.Id is null ? TrialFiles.Base : Own, each.Evaluation.Task.Name), each.Evaluation))
            .DistinctBy(each => each.File, StringComparer.Ordinal).ToDictionary(each => each.File, each => each.Evaluation, StringComparer.Ordinal);
        foreach (var stale in Dossier.TrialEvaluationsIn(dossier.Folder).Where(file => !evaluations.ContainsKey(file)).ToArray())
            dossier.Remove(stale);
        foreach (var (file, evaluation) in evaluations)
            dossier.Write(file, evaluation);
        dossier.Keep(Dossier.TrialPlanFile, given?.Plan);
        dossier.Keep(DossierProofs.TrialsSignatureFile, given?.Signature);
        return new AdapterOrigin
        {
            Plan = given?.Plan is { } plan ? new EvidenceLink(Dossier.TrialPlanFile, TrialFiles.PlanSchema, Digest.Of(plan)) : null,
            Evaluations = [.. evaluations.Select(each => new FiledRecord<EvaluationReport>(each.Key, each.Value))],
            Signature = given?.Signature is { } bundle ? new TrialSignature(DossierProofs.TrialsSignatureFile, bundle) : null,
        };
    }

    /// <summary>Why nobody whom the gate trusts signed a report; null where somebody did.</summary>
    private static string? Fault(TriedFolder tried, byte[] bundle, Func<TrialReport, byte[], string, VerificationResult>? verify)
    {
        if (verify is null)
            return TrialVerifier.MismatchOf(tried.Report, bundle, tried.SignatureFile) is { } other ? throw new IntegrityException(other.Place, other.Message) : "this gate has no key to check their signature by";
        return verify(tried.Report, bundle, tried.SignatureFile) switch
        {
            { IsByStranger: true } stranger => $"{stranger.Findings[0].Message} (--trust names who may sign)",
            { IsValid: false } refused => throw new IntegrityException(refused.Findings[0].Place, refused.Findings[0].Message),
            _ => null,
        };
    }
}
