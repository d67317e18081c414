using Loragate.Artifacts;

namespace Loragate.Governance.Policies.Reviewing;

/// <summary>What a task of a policy is measured with.</summary>
/// <param name="Name">The policy's name of the task.</param>
/// <param name="Line">Its line in the file.</param>
/// <param name="TaskDigest">SHA-256 of the task file that lies there.</param>
/// <param name="DataDigest">SHA-256 of the data; null where none was read.</param>
/// <param name="Rows">How many rows the data has; null where none was read.</param>
/// <param name="Pinned">Whether the policy demands these digests.</param>
public sealed record TaskPinning(string Name, int Line, Digest TaskDigest, Digest? DataDigest, int? Rows, bool Pinned);
