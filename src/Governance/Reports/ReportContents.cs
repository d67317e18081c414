using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Measuring;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;
using Loragate.Artifacts.Safetensors;
using Loragate.Governance.Approvals;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Policies;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports.Fonts;

namespace Loragate.Governance.Reports;

/// <summary>All that a report says: the records of one release. Every renderer reads this and nothing else.</summary>
public sealed record ReportContents
{
    /// <summary>The decision that the report is about.</summary>
    public required Decision Decision { get; init; }

    /// <summary>What the adapter is.</summary>
    public required Inspection Inspection { get; init; }

    /// <summary>When the dossier was made.</summary>
    public required Run Run { get; init; }

    /// <summary>The oldest run that evidence comes from, the dossier's own or one whose scores it took over: the report's only date besides the decision's day.</summary>
    public required FiledRecord<Run> OldestRun { get; init; }

    /// <summary>The merge; null where the adapter was refused before it.</summary>
    public MergeReceipt? Merge { get; init; }

    /// <summary>Proof that the merge can be taken back; null where the gate made none.</summary>
    public UnmergeReceipt? Unmerge { get; init; }

    /// <summary>The base's evaluations, one a task.</summary>
    public IReadOnlyList<TaskEvaluation> BaseEvaluations { get; init; } = [];

    /// <summary>The candidate's evaluations, one a task.</summary>
    public IReadOnlyList<TaskEvaluation> CandidateEvaluations { get; init; } = [];

    /// <summary>Latency, throughput and memory; null where nobody measured them.</summary>
    public Measurement? Measurement { get; init; }

    /// <summary>The decision on the release before this one; null where the gate was given none.</summary>
    public Decision? Previous { get; init; }

    /// <summary>Whether a signed verdict on it lies beside it: a gate keeps one only where it found somebody behind it whom it trusts. As good as the dossier's own signatures.</summary>
    public bool PreviousIsProved { get; init; }

    /// <summary>What differs between the two releases, measure by measure of the policy; empty where there is none before or the policy is not at hand.</summary>
    internal IReadOnlyList<ReleaseDifference> SincePrevious { get; init; } = [];

    /// <summary>Latency, throughput and memory of the release before; null where its gate did not measure them.</summary>
    public Measurement? PreviousMeasurement { get; init; }

    /// <summary>How the adapter was trained; null where its folder does not say.</summary>
    public TrainingReceipt? Training { get; init; }

    /// <summary>The ways of tuning that were tried before; null where the gate was given none.</summary>
    public TrialReport? Trials { get; init; }

    /// <summary>The hint of the key with which somebody signed what they showed: a gate keeps a signature only where it found somebody behind it whom it trusts. Null where it kept none. As good as the dossier's own signatures.</summary>
    public Digest? TrialsSigner { get; init; }

    /// <summary>What those took; null where there are none.</summary>
    public TrialCosts? TrialCosts { get; init; }

    /// <summary>The policy that was applied; null where its file is not at hand.</summary>
    public Policy? Policy { get; init; }

    /// <summary>The last day on which the policy takes this evidence as recent; null where it sets none.</summary>
    public DateOnly? FreshUntil { get; init; }

    /// <summary>Where the decision stands in a ledger; null where it was not logged.</summary>
    public LedgerPosition? Ledger { get; init; }

    /// <summary>Whether there is a proof that the decision is logged, and no key to read it with.</summary>
    public bool HasUnreadProof { get; init; }

    /// <summary>The release's signatures.</summary>
    public IReadOnlyList<SignatureNote> Signatures { get; init; } = [];

    /// <summary>When the gate judged, as its signed verdict says; null where nobody signed one. It is the claimed time of the report's signature.</summary>
    public DateTimeOffset? Judged { get; init; }

    /// <summary>The files that travel in the report: all that the decision follows from.</summary>
    public IReadOnlyList<EvidenceFile> Files { get; init; } = [];

    /// <summary>Whether whoever asks for the report made these signatures or verified them under a trusted key; if not, the report says so.</summary>
    public bool SignaturesAreChecked { get; init; }

    /// <summary>The form that is written.</summary>
    internal ReportForm Form { get; init; }

    /// <summary>The build that draws the report, which says so itself; null leaves it out.</summary>
    public string? Build { get; init; }

    /// <summary>The scripts of names that no font shows: the report spells them out and says so.</summary>
    internal IReadOnlyCollection<Script> Unshown { get; init; } = [];

    /// <summary>The record of a file, as the report's table of digests names it: one that the decision rests on, or one that lies beside it; null where there is none.</summary>
    internal Digest? RecordOf(string path) =>
        Decision.Evidence.FirstOrDefault(link => link.Path == path)?.Digest ?? FilesBeside.FirstOrDefault(file => file.Path == path)?.Digest;

    /// <summary>A record, where the report's table of digests names it.</summary>
    internal Digest? RecordOf(Digest record) => Decision.Evidence.Any(link => link.Digest == record) ? record : null;

    /// <summary>The record that holds a rule's numbers, where the report's table of digests names it; of a rule that read several without such a one the last that is no waiver.</summary>
    internal Digest? RecordOf(RuleResult rule)
    {
        var read = Decision.Evidence.Where(link => link.Schema != Waiver.PredicateType && rule.Evidence.Contains(link.Digest)).ToArray();
        return (read.FirstOrDefault(link => link.Path == FileOf(rule)) ?? read.MaxBy(link => rule.Evidence.Index().Last(each => each.Item == link.Digest).Index))?.Digest;
    }

    private static string? FileOf(RuleResult rule) => rule switch
    {
        { Task: { } task } => Dossier.CandidateReportFile(task),
        { Check: "merge-fidelity" } => Dossier.ReceiptFile,
        { Check: "trial" } => Dossier.TrialsFile,
        _ => null,
    };

    /// <summary>Those files that the decision does not rest on and that the report's numbers come from all the same.</summary>
    internal IEnumerable<EvidenceFile> FilesBeside => Files.Where(file => (Beside.Contains(file.Path) || file.Path == OldestRun.Path || Dossier.IsPreviousReport(file.Path)) && Decision.Evidence.All(link => link.Path != file.Path));

    /// <summary>Files that no rule need read and that the report's numbers come from all the same.</summary>
    private static IReadOnlyList<string> Beside { get; } = [Dossier.MeasurementFile, Dossier.PreviousFile, Dossier.PreviousMeasurementFile, Dossier.TrialsFile, Dossier.TrialCostsFile, DossierProofs.DecisionProof];

    /// <summary>The adapter's bytes.</summary>
    internal long AdapterSize => Decision.Adapter.Files.Sum(file => file.Size);

    /// <summary>The bytes of the base's weights; null where no merge read them.</summary>
    internal long? ModelSize => Merge?.Inputs.Sum(tensor => SizeOf(tensor));

    /// <summary>The bytes of the merged weights; null where there are none.</summary>
    internal long? MergedSize => Merge?.OutputTensors().Sum(tensor => SizeOf(tensor));

    private static long SizeOf(TensorDigest tensor) =>
        Enum.TryParse<DType>(tensor.DType, out var known) ? tensor.Shape.Aggregate(1L, static (product, dimension) => product * dimension) * known.Bits / 8 : 0;
}
