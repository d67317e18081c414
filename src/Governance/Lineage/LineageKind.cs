namespace Loragate.Governance.Lineage;

/// <summary>What a node of a lineage is.</summary>
public enum LineageKind
{
    /// <summary>A base model, by its weights.</summary>
    Base,

    /// <summary>A data file that a task reads.</summary>
    DataSet,

    /// <summary>An evaluation task.</summary>
    Task,

    /// <summary>An adapter, by its files.</summary>
    Adapter,

    /// <summary>A training of an adapter, by its receipt.</summary>
    Training,

    /// <summary>An inspection of an adapter.</summary>
    Inspection,

    /// <summary>A merge, by its receipt.</summary>
    Merge,

    /// <summary>A merged model, by its weights.</summary>
    MergedModel,

    /// <summary>An unmerge, by its receipt.</summary>
    Unmerge,

    /// <summary>One model's scores on one task.</summary>
    Evaluation,

    /// <summary>What was to be measured and how it was to be judged, fixed before the first score.</summary>
    Plan,

    /// <summary>A policy.</summary>
    Policy,

    /// <summary>A trust policy.</summary>
    TrustPolicy,

    /// <summary>Somebody's word on an adapter.</summary>
    Approval,

    /// <summary>Somebody's signature under a waiver.</summary>
    Waiver,

    /// <summary>A decision.</summary>
    Decision,

    /// <summary>A report without a release.</summary>
    Report,

    /// <summary>A release, by its manifest.</summary>
    Release,

    /// <summary>Somebody's word that a release is not to be used any more.</summary>
    Revocation,

    /// <summary>A step back to an earlier release or to the base.</summary>
    Rollback,

    /// <summary>Any other entry of a ledger, for example a training run, by the SHA-256 of the entry.</summary>
    Event,

    /// <summary>Something that an entry names and nothing else is known of.</summary>
    Evidence,
}
