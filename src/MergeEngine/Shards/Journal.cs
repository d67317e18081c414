using Loragate.Artifacts;
using Loragate.Artifacts.Records;

namespace Loragate.MergeEngine.Shards;

/// <summary>What a merge or unmerge has finished so far (docs/formats/journal.v1.md).</summary>
/// <param name="Task">What is done: a digest of everything that the bytes depend on, but the tensors.</param>
/// <param name="Shards">The files that are complete, in the order in which they were.</param>
/// <param name="Check">SHA-256 over the canonical JSON of <paramref name="Shards"/>: damage to what no file proves is seen.</param>
internal sealed record Journal(Digest Task, IReadOnlyList<FinishedShard> Shards, Digest Check) : Record
{
    /// <inheritdoc/>
    public override string Schema => "loragate.journal/1";

    /// <summary>A journal with its check.</summary>
    public static Journal Of(Digest task, IReadOnlyList<FinishedShard> shards) => new(task, shards, CheckOf(shards));

    /// <summary>Whether the check is the one of the shards.</summary>
    public bool Holds() => Check == CheckOf(Shards);

    private static Digest CheckOf(IReadOnlyList<FinishedShard> shards) => Digest.Of(RecordJson.Canonical(shards));
}
