using Loragate.Artifacts;

namespace Loragate.Governance.Policies;

/// <summary>The files that a task must be measured with, so that the policy's own digest says what an approval means.</summary>
/// <param name="Task">SHA-256 of the task file; with includes, of the list of all files' digests in the order they are read.</param>
/// <param name="Data">SHA-256 of the data file; of the list of digests where there are several.</param>
public sealed record TaskPin(Digest Task, Digest Data);
