using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Planning;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Approvals;
using Loragate.Governance.Trials;

namespace Loragate.Governance.Deciding;

/// <summary>All records that a decision may rest on. Whoever makes this has verified where they come from; what is in them is judged here.</summary>
public sealed record Evidence
{
    /// <summary>What the adapter is.</summary>
    public required FiledRecord<Inspection> Inspection { get; init; }

    /// <summary>The merge; null where the adapter was refused before merging.</summary>
    public FiledRecord<MergeReceipt>? Receipt { get; init; }

    /// <summary>Proof that the merge can be taken back; null where nobody did it.</summary>
    public FiledRecord<UnmergeReceipt>? Unmerge { get; init; }

    /// <summary>The plan that was fixed before the scores were made; null where nothing was scored, or by whoever decides again without it.</summary>
    public FiledRecord<EvaluationPlan>? Plan { get; init; }

    /// <summary>The base model's reports, by the policy's name of the task.</summary>
    public IReadOnlyDictionary<string, FiledRecord<EvaluationReport>> Base { get; init; } = new Dictionary<string, FiledRecord<EvaluationReport>>();

    /// <summary>The merged model's reports, by the policy's name of the task.</summary>
    public IReadOnlyDictionary<string, FiledRecord<EvaluationReport>> Candidate { get; init; } = new Dictionary<string, FiledRecord<EvaluationReport>>();

    /// <summary>Which rows were in the training set; null where nobody gave its digests.</summary>
    public FiledRecord<ContaminationReport>? Contamination { get; init; }

    /// <summary>The ways of tuning that were tried before; null where nobody gave them, or no rule asks.</summary>
    public FiledRecord<TrialReport>? Trials { get; init; }

    /// <summary>The plan of the trials, which their report was held against; null where it is not at hand, or no rule asks.</summary>
    public EvidenceLink? TrialPlan { get; init; }

    /// <summary>The evaluations that the trials' figures of the base and of this adapter's trial come from, as far as they are at hand and a rule asks.</summary>
    public IReadOnlyList<FiledRecord<EvaluationReport>> TrialEvaluations { get; init; } = [];

    /// <summary>What somebody signed about the trials; null where nobody did whom the gate trusts, or no rule asks.</summary>
    public TrialSignature? TrialsSignature { get; init; }

    /// <summary>How the adapter was trained; null where its folder does not say, or no rule asks.</summary>
    public FiledRecord<TrainingReceipt>? Training { get; init; }

    /// <summary>
    /// When and where the dossier was made. Only its day is judged and it is not cited, so that the same evidence on the same day
    /// gives the same bytes of the decision.
    /// </summary>
    public Run? Run { get; init; }

    /// <summary>What people have signed; null where no trust policy says who counts.</summary>
    public Endorsements? Endorsements { get; init; }

    /// <summary>The last revocation of a release with exactly this adapter, as the gate's ledger holds it; null where it holds none.</summary>
    public AdapterRevocation? Revocation { get; init; }

    /// <summary>Every record but the run, in the order of their paths.</summary>
    public IReadOnlyList<EvidenceLink> Links() =>
    [
        .. new[] { Inspection.ToLink(), Receipt?.ToLink(), Unmerge?.ToLink(), Plan?.ToLink(), Contamination?.ToLink(), Trials?.ToLink(), TrialPlan, TrialsSignature?.ToLink(), Training?.ToLink() }
            .Concat(Base.Values.Concat(Candidate.Values).Concat(TrialEvaluations).Select(report => report.ToLink()))
            .OfType<EvidenceLink>()
            .Distinct()
            .OrderBy(link => link.Path, StringComparer.Ordinal),
    ];
}
