using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Planning;
using Loragate.Cli.Output;
using Loragate.Cli.Verbs;
using Loragate.EvalHarness.Models;
using Loragate.Governance.Auditing;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Policies;
using Loragate.Governance.Policies.Rules;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;
using Loragate.Governance.Trust;
using Loragate.MergeEngine;
using Loragate.MergeEngine.Inspecting;

namespace Loragate.Cli.Gate;

/// <summary>
/// A release decision from input through every stage: inspect → merge → evaluate → decide → sign → record → report. Each stage's record
/// goes into the dossier before the next begins, so a killed gate goes on where it was.
/// </summary>
internal sealed class GateRun(Tool tool, GateRequest request)
{
    public GateResult Run(CancellationToken cancellationToken)
    {
        GatePlaces.Check(request);
        var policy = Policy.ReadFile(request.Policy);
        var tasks = GateTasks.Load(policy, request.Policy, request.DataRoot, tool.Screen.Say);
        GatePlaces.CheckTasks(request, tasks.ByName.Values.Select(question => question.Task));
        var training = request.TrainingDigests is { } digests ? new GateContamination(digests) : null;
        using var opened = request.Signing?.Open();
        var signer = opened?.Signer;
        var trust = GateEndorsements.Trust(tool, request, signer);
        using var ledgerKey = request.LedgerKey is null ? null : LedgerKey.Read(request.LedgerKey, request.LedgerKeySecrets);
        var ledger = ledgerKey is null ? null : LedgerOptions.Open(request.Ledger!, ledgerKey, request.LedgerPush, cancellationToken);
        ledger?.RequireForward(tool.Clock.GetUtcNow(), cancellationToken);
        var context = GateContext.Open(
            tool, request, signer is null ? null : decision => TrustOf(decision, signer, trust, ledger, cancellationToken),
            signer is null ? null : (report, bundle, place) => trust is null ? TrialVerifier.Verify(report, bundle, signer.Own, place) : TrialVerifier.Verify(report, bundle, trust, tool.Today, place), cancellationToken);
        var fonts = FontSet.For(request.Language);
        using var dossier = Dossier.Open(request.Dossier, signer?.Key, NewRun(), new Relay<string>(tool.Screen.Say), GateOutputs.Remove);
        using var adapter = StagedAdapter.Copy(request.Adapter, dossier, cancellationToken);

        var inspection = Inspect(dossier, adapter, ledger, cancellationToken);
        var receipt = inspection.Record.Findings.All(f => f.Severity != Severity.Block || IsAccepted(policy, f)) ? Merge(dossier, adapter, inspection.Record, cancellationToken) : Skip(dossier);
        var unmerge = receipt is null ? null : Unmerge(dossier, receipt.Record, signer, cancellationToken);
        var contamination = Screen(dossier, training, tasks, cancellationToken);
        var scores = new GateScores(tool, request, dossier, tasks.ByName, signer?.Key);
        var plan = receipt is null ? null : new FixedPlan(tool, dossier, ledger).Fix(Plan(tasks), policy, inspection.Record.Adapter, cancellationToken);
        var endorsements = new GateEndorsements(tool, dossier, ledger);
        var origin = context.GatherOrigin(dossier, adapter.Folder, cancellationToken);
        var asked = policy.Rules.OfType<TrialRule>().Any() ? origin : new AdapterOrigin();
        var measured = new Evidence
        {
            Inspection = inspection,
            Receipt = receipt,
            Unmerge = unmerge,
            Plan = plan,
            Base = receipt is null ? scores.None(Dossier.BaseReportFile) : scores.OfBase(receipt.Record, cancellationToken),
            Candidate = receipt is null ? scores.None(Dossier.CandidateReportFile) : scores.OfCandidate(MergedFolder(dossier), adapter.Folder, receipt.Record, cancellationToken),
            Contamination = contamination,
            Trials = asked.Trials,
            TrialPlan = asked.Plan,
            TrialEvaluations = asked.Evaluations,
            TrialsSignature = asked.Signature,
            Training = asked.Training,
            Run = scores.OldestRun,
        };
        context.Gather(dossier, receipt?.Record, adapter.Folder, measured.Candidate, cancellationToken);
        ledger?.Fetch(cancellationToken);
        var evidence = WithLedger(measured, endorsements, trust, ledger?.ReadHistory(cancellationToken), signer?.Key.Public, cancellationToken);
        var decision = DecisionMaker.Decide(policy, evidence, tool.Today);
        var history = ledger?.ReadHistory(cancellationToken);
        endorsements.RequireRefusals(decision, evidence.Endorsements, history);
        adapter.Check(cancellationToken);
        dossier.Write(Dossier.DecisionFile, decision);
        var result = new GatePublication(tool, request, dossier, adapter, signer, ledger, trust, endorsements, fonts).Publish(decision, evidence, cancellationToken);
        return result with { Revoked = history is null ? [] : RevokedRelease.Of(history, decision.Adapter.Digest, trust) };
    }

    /// <summary>What the tasks ask, in the type that was asked for.</summary>
    private EvaluationPlan Plan(GateTasks tasks) => tasks.Plan with { DType = request.Precision == Precision.Stored ? EvaluationPlan.StoredType : null };

    /// <summary>What was measured, with what the ledger and people say of the adapter: read last, so that it is as young as the decision.</summary>
    private Evidence WithLedger(Evidence measured, GateEndorsements endorsements, TrustPolicy? trust, LedgerHistory? history, VerificationKey? gate, CancellationToken cancellationToken)
    {
        var revocation = history is null ? null : RevokedRelease.LastOf(history, measured.Inspection.Record.Adapter.Digest, trust);
        return measured with { Revocation = revocation, Endorsements = endorsements.Read(trust, history, revocation, request.Authors, gate, cancellationToken) };
    }

    /// <summary>Whom the gate trusts to have judged the release before: the gates of its trust policy when the ledger saw that decision, or its own key.</summary>
    private SignerTrust TrustOf(Digest decision, Signer signer, TrustPolicy? trust, LedgerWriter? ledger, CancellationToken cancellationToken) => trust is null
        ? signer.Own
        : trust.TrustIn(TrustedSigner.Gate, ledger?.ReadHistory(cancellationToken).First(DecisionData.EntryType, decision)?.Entry.Time ?? tool.Clock.GetUtcNow());

    /// <summary>A finding that blocks elsewhere is accepted where every inspection rule of the policy allows it; without such a rule nothing is.</summary>
    private static bool IsAccepted(Policy policy, Finding finding) =>
        policy.Rules.OfType<InspectionRule>().ToList() is { Count: > 0 } rules && rules.All(r => r.Accepts(finding));

    private Run NewRun()
    {
        var now = tool.Clock.GetUtcNow();
        var second = new DateTimeOffset(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerSecond, TimeSpan.Zero);
        return new Run(second, Tool.Version, Environment.MachineName, System.Runtime.InteropServices.RuntimeInformation.OSDescription, Environment.ProcessorCount);
    }

    private FiledRecord<Inspection> Inspect(Dossier dossier, StagedAdapter adapter, LedgerWriter? ledger, CancellationToken cancellationToken)
    {
        tool.Screen.Say("Inspecting …");
        var inspection = Inspector.Inspect(new InspectRequest { Adapter = adapter.Folder, Base = request.Base, ExpertLayout = request.ExpertLayout, Version = Tool.Version }, cancellationToken);
        adapter.Require(inspection.Adapter);
        // All that was named has been read by now, and nothing was written.
        GateOutputs.RemoveCopies(request);
        GateOutputs.RemoveLoggedElsewhere(dossier, ledger?.Verifier);
        dossier.Write(Dossier.InspectionFile, inspection);
        return new FiledRecord<Inspection>(Dossier.InspectionFile, inspection);
    }

    private FiledRecord<MergeReceipt> Merge(Dossier dossier, StagedAdapter adapter, Inspection inspection, CancellationToken cancellationToken)
    {
        var merged = MergedFolder(dossier);
        if (dossier.TryRead<MergeReceipt>(Dossier.ReceiptFile) is { } earlier && IsCurrent(earlier, inspection, merged, cancellationToken))
        {
            tool.Screen.Say("Merged already, and every tensor has the digest of the receipt.");
            return new FiledRecord<MergeReceipt>(Dossier.ReceiptFile, earlier);
        }
        dossier.MakeRoomFor(DossierSeal.MergedFolder);
        using var line = new ProgressLine(tool.Screen, "Merging");
        var receipt = Merger.Merge(
            new MergeRequest { Base = request.Base, Adapters = [new WeightedAdapter(adapter.Folder)], Output = merged, ExpertLayout = request.ExpertLayout, Threads = Tool.Threads, Version = Tool.Version },
            new Relay<MergeProgress>(p => line.Report(p.Done, p.Total)), cancellationToken);
        adapter.Require(receipt.Adapters[0].Adapter);
        dossier.Write(Dossier.ReceiptFile, receipt);
        return new FiledRecord<MergeReceipt>(Dossier.ReceiptFile, receipt);
    }

    /// <summary>
    /// Takes the merge back, which restores the base's bytes to hash them and throws them away. A proof of the same receipt that this gate signed is as good: what it is of was hashed again.
    /// One that nobody signed could be anybody's.
    /// </summary>
    private FiledRecord<UnmergeReceipt> Unmerge(Dossier dossier, MergeReceipt receipt, Signer? signer, CancellationToken cancellationToken)
    {
        var proof = signer is null ? null : dossier.TryRead<UnmergeReceipt>(Dossier.UnmergeFile);
        if (proof is null || proof.Engine.Version != Tool.Version || !proof.IsOf(receipt))
        {
            using var line = new ProgressLine(tool.Screen, "Taking the merge back");
            proof = Unmerger.Prove(MergedFolder(dossier), Tool.Threads, Tool.Version, new Relay<MergeProgress>(p => line.Report(p.Done, p.Total)), cancellationToken);
            if (!proof.IsOf(receipt))
                throw new IntegrityException(MergedFolder(dossier), "the folder holds the receipt of another merge: it was changed while the gate ran");
            dossier.Write(Dossier.UnmergeFile, proof);
        }
        return new FiledRecord<UnmergeReceipt>(Dossier.UnmergeFile, proof);
    }

    private bool IsCurrent(MergeReceipt receipt, Inspection inspection, string merged, CancellationToken cancellationToken) =>
        receipt.Engine.Version == Tool.Version
        && receipt.Adapters is [{ Weight: 1 } only] && only.Adapter.Digest == inspection.Adapter.Digest && only.ExpertLayout == inspection.ExpertLayout
        && receipt.DType == "keep" && receipt.UndoFile is not null
        && Directory.Exists(merged)
        && IsReusable(ReceiptVerifier.BaseFault(receipt, request.Base, Tool.Threads, cancellationToken) is { } fault ? $"the base is another: {fault}" : null)
        && IsReusable(OutputFault(receipt, merged, cancellationToken));

    private string? OutputFault(MergeReceipt receipt, string merged, CancellationToken cancellationToken)
    {
        try
        {
            return ReceiptVerifier.OutputFault(receipt, merged, Tool.Threads, cancellationToken) ?? MergedHeaders.Fault(request.Base, merged);
        }
        catch (MalformedInputException e)
        {
            return e.Message;
        }
    }

    /// <summary>Whether nothing speaks against reusing the merged folder; what does is told.</summary>
    private bool IsReusable(string? fault)
    {
        if (fault is not null)
            tool.Screen.Say($"{DossierSeal.MergedFolder} was not reused: {fault}.");
        return fault is null;
    }

    private static FiledRecord<ContaminationReport>? Screen(Dossier dossier, GateContamination? training, GateTasks tasks, CancellationToken cancellationToken)
    {
        if (training?.Screen(tasks.ByName.Values, cancellationToken) is not { } report)
        {
            dossier.Remove(Dossier.ContaminationFile);
            return null;
        }
        dossier.Write(Dossier.ContaminationFile, report);
        return new FiledRecord<ContaminationReport>(Dossier.ContaminationFile, report);
    }

    private FiledRecord<MergeReceipt>? Skip(Dossier dossier)
    {
        tool.Screen.Say("The inspection has a blocking finding that the policy does not allow: nothing is merged or evaluated.");
        dossier.Remove(Dossier.ReceiptFile);
        dossier.Remove(Dossier.UnmergeFile);
        dossier.Remove(Dossier.PlanFile);
        dossier.Keep(DossierProofs.PlanProof, null);
        dossier.RemoveFolder(DossierSeal.MergedFolder);
        return null;
    }

    private static string MergedFolder(Dossier dossier) => dossier.PathTo(DossierSeal.MergedFolder);
}
