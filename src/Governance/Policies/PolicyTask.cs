namespace Loragate.Governance.Policies;

/// <summary>An evaluation task that rules read.</summary>
/// <param name="Name">The policy's name for it.</param>
/// <param name="File">The task file, relative to the policy, with '/' between folders.</param>
/// <param name="Limit">Score the first so many rows; null for all.</param>
/// <param name="Purpose">What the task tells, in plain words.</param>
/// <param name="Pin">The only files that it may be measured with; null where the policy leaves that open.</param>
/// <param name="AcceptsImported">Whether scores count that another program made: which weights they are of is its word.</param>
/// <param name="AcceptsRemote">Whether scores count that a server gave: a probe showed base and adapter, and which weights it computed with is its word.</param>
public sealed record PolicyTask(string Name, string File, int? Limit, string Purpose, TaskPin? Pin = null, bool AcceptsImported = false, bool AcceptsRemote = false)
{
    /// <summary>What the task tells, in Japanese; null where the policy does not say it.</summary>
    public string? JapanesePurpose { get; init; }

    /// <summary>How many of so many rows are scored: the first <see cref="Limit"/>, or all.</summary>
    public int ItemsOf(int rows) => Math.Min(Limit ?? int.MaxValue, rows);

    /// <summary>How its prompts are put together.</summary>
    public PolicyPrompt Prompt { get; init; } = PolicyPrompt.Plain;
}
