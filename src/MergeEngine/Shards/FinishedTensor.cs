using Loragate.Artifacts;

namespace Loragate.MergeEngine.Shards;

/// <summary>A tensor of a finished shard.</summary>
/// <param name="Name">Its name in the merged folder.</param>
/// <param name="Read">SHA-256 of what it was made from.</param>
/// <param name="Written">SHA-256 of what was written; null where nothing was.</param>
internal sealed record FinishedTensor(string Name, Digest Read, Digest? Written);
