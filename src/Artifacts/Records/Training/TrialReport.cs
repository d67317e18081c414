using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Merging;

namespace Loragate.Artifacts.Records.Training;

/// <summary>What a plan of trials found.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Plan">SHA-256 of the plan's file.</param>
/// <param name="Name">The plan's name.</param>
/// <param name="Base">The base.</param>
/// <param name="Task">The base on the task.</param>
/// <param name="Retained">The base on what must not be forgotten; null where nothing was measured.</param>
/// <param name="Margins">What the plan allows.</param>
/// <param name="Rounds">The rounds in order.</param>
/// <param name="Results">The trials of the last round, best first.</param>
/// <param name="Screened">The rows of the tasks that overlap with training and validation data; null in reports from before they were looked for.</param>
/// <param name="Asked">The tasks by content: the task file, the prompt, the items. Null in reports from before they were told.</param>
/// <param name="Planned">What the plan has run; null in reports from before it was told.</param>
public sealed record TrialReport(
    EngineInfo Engine,
    Digest Plan,
    string Name,
    CheckpointIdentity Base,
    TrialScore Task,
    TrialScore? Retained,
    TrialMargins Margins,
    IReadOnlyList<TrialRound> Rounds,
    IReadOnlyList<TrialResult> Results,
    IReadOnlyList<ScreenedTask>? Screened = null,
    IReadOnlyList<EvaluatedTask>? Asked = null,
    PlannedTrials? Planned = null) : Record
{
    /// <summary>Its name in the folder of the trials.</summary>
    public const string FileName = "trial-report.json";

    /// <summary>The schema of these records.</summary>
    public const string SchemaName = "loragate.trial-report/1";

    /// <inheritdoc/>
    public override string Schema => SchemaName;
}
