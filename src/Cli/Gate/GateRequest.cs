using Loragate.Cli.Evaluating;
using Loragate.EvalHarness.Models;
using Loragate.Governance.Keys;
using Loragate.Governance.Reports;
using Loragate.MergeEngine.Layouts;

namespace Loragate.Cli.Gate;

/// <summary>All that a gate needs, resolved from the command line.</summary>
internal sealed record GateRequest
{
    public required string Base { get; init; }

    public required string Adapter { get; init; }

    public required string Policy { get; init; }

    public required string DataRoot { get; init; }

    public required string Dossier { get; init; }

    /// <summary>How the factors of fused experts lie in the adapter's file, where it does not say who wrote it.</summary>
    public ExpertLayout? ExpertLayout { get; init; }

    /// <summary>A folder of reports that several gates share; null to keep them in the dossier alone.</summary>
    public string? Cache { get; init; }

    /// <summary>A folder with scores that lm-evaluation-harness made: <c>base</c> and <c>candidate</c>, each as the harness writes one; null for none.</summary>
    public string? Imported { get; init; }

    /// <summary>The server that scores base and candidate, the adapter live beside the base; null to score here.</summary>
    public RemoteRequest? Remote { get; init; }

    public string? Ledger { get; init; }

    public string? LedgerKey { get; init; }

    /// <summary>Whether the ledger lies in a git clone, to be fetched before and pushed after what is logged.</summary>
    public bool LedgerPush { get; init; }

    /// <summary>Gets the passphrase of the ledger's key, if it has one.</summary>
    public SecretSource? LedgerKeySecrets { get; init; }

    /// <summary>The gate as a signer: of records, verdict, model and seals; null signs nothing.</summary>
    public SignerSource? Signing { get; init; }

    /// <summary>The digests of the adapter's training set, which the tasks' rows are held against; null for none.</summary>
    public string? TrainingDigests { get; init; }

    /// <summary>Whether to measure latency, throughput and memory for the report.</summary>
    public bool Measure { get; init; }

    /// <summary>The dossier of the release before this one, for the report; null for none.</summary>
    public string? Previous { get; init; }

    /// <summary>The folder that trials were run into, for the report; null for none.</summary>
    public string? Trials { get; init; }

    /// <summary>The trust policy: who may approve.</summary>
    public string? Trust { get; init; }

    /// <summary>The ids of who made the adapter.</summary>
    public IReadOnlyList<string> Authors { get; init; } = [];

    /// <summary>Where to write the decision as SARIF 2.1.0.</summary>
    public string? Sarif { get; init; }

    /// <summary>Where to write the decision as JUnit XML.</summary>
    public string? JUnit { get; init; }

    /// <summary>Where to write the decision as Markdown.</summary>
    public string? Summary { get; init; }

    /// <summary>Another place for the report than the dossier.</summary>
    public string? Report { get; init; }

    public ReportLanguage Language { get; init; } = ReportLanguage.English;

    /// <summary>What base and candidate compute in; a server has a type of its own.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>As it was asked for: what "auto" means is found out when a model is first needed.</summary>
    public string Device { get; init; } = "cpu";
}
