namespace Loragate.Artifacts.Records.Evaluating;

/// <summary>Which evaluation rows overlap with a training set.</summary>
/// <param name="Training">SHA-256 of the file of training digests.</param>
/// <param name="Windows">How many different windows the training set has.</param>
/// <param name="Tasks">The tasks in the order in which they were given.</param>
public sealed record ContaminationReport(Digest Training, int Windows, IReadOnlyList<ScreenedTask> Tasks) : Record
{
    /// <summary>The schema of these records.</summary>
    public const string SchemaName = "loragate.contamination-report/1";

    /// <inheritdoc/>
    public override string Schema => SchemaName;
}
