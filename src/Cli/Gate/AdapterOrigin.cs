using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Deciding;
using Loragate.Governance.Trials;

namespace Loragate.Cli.Gate;

/// <summary>How the adapter came about, as it lies in the dossier; what the gate was not given is null or empty.</summary>
internal sealed record AdapterOrigin
{
    /// <summary>The ways of tuning that were tried before.</summary>
    public FiledRecord<TrialReport>? Trials { get; init; }

    /// <summary>The plan of the trials, which their report was held against.</summary>
    public EvidenceLink? Plan { get; init; }

    /// <summary>The evaluations that the report's figures of the base and of this adapter's trial come from.</summary>
    public IReadOnlyList<FiledRecord<EvaluationReport>> Evaluations { get; init; } = [];

    /// <summary>What somebody signed about the trials.</summary>
    public TrialSignature? Signature { get; init; }

    /// <summary>How the adapter was trained.</summary>
    public FiledRecord<TrainingReceipt>? Training { get; init; }
}
