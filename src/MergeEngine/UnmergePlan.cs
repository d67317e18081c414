using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Json;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Planning;
using Loragate.MergeEngine.Shards;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine;

/// <summary>What an unmerge does, from the headers of a merged folder and the adapters: the merge's own plan, made again, and the weight files that come of it.</summary>
internal sealed class UnmergePlan
{
    /// <summary>Where the base's config lies, if the merge changed it.</summary>
    public const string OriginalConfig = $"{UndoFormat.Folder}/{UndoFormat.Originals}/{Checkpoint.ConfigFile}";

    private const int MaxConfigBytes = 4 << 20;

    private UnmergePlan(IReadOnlyList<Shard> shards) => Shards = shards;

    /// <summary>The weight files.</summary>
    public IReadOnlyList<Shard> Shards { get; }

    /// <summary>Makes the plan; every header is held against the one that the merge wrote.</summary>
    /// <exception cref="IntegrityException">The folder is not what its receipt says.</exception>
    public static UnmergePlan Create(MergeReceipt receipt, Checkpoint merged, SafetensorsFile undo, IReadOnlyList<(PeftAdapter Adapter, double Weight)> adapters, CancellationToken cancellationToken)
    {
        var plan = PlanOfTheMerge(receipt, merged, adapters, cancellationToken);
        if (!plan.Tensors.Select(t => t.Output.Name).ToHashSet(StringComparer.Ordinal).SetEquals(merged.Tensors.Keys))
            throw new IntegrityException(merged.Folder, "holds other tensors than the receipt names");
        var byShard = plan.Tensors.Select(t => new ShardTensor(t, merged.Tensor(t.Output.Name), t.IsAdded ? null : t.Source.Name)).ToLookup(t => t.Source.Shard);
        return new UnmergePlan([.. merged.Shards.Select(shard => new Shard(shard, HeaderOf(shard, [.. byShard[shard].Select(t => t.Plan)], undo), [.. byShard[shard]]))]);
    }

    /// <summary>The file of the base's config in a merged folder.</summary>
    public static string ConfigIn(MergeReceipt receipt) => receipt.Files.Any(f => f.Path == OriginalConfig) ? OriginalConfig : Checkpoint.ConfigFile;

    /// <summary>The merge's own plan, made again from what the receipt says of the base.</summary>
    private static MergePlan PlanOfTheMerge(MergeReceipt receipt, Checkpoint merged, IReadOnlyList<(PeftAdapter Adapter, double Weight)> adapters, CancellationToken cancellationToken)
    {
        var path = Path.Combine(merged.Folder, ConfigIn(receipt));
        using var document = StrictJson.ParseFile(path, MaxConfigBytes);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new CheckpointException(path, "not a JSON object", "Restore the model's own config.");
        DType? type = receipt.DType == "keep" ? null : Enum.Parse<DType>(receipt.DType);
        return MergePlan.Create(BaseLayout.Of(receipt.Inputs, document.RootElement), adapters, type, withUndo: true, [.. receipt.Adapters.Select(a => new Declared(ExpertLayoutName.Parse(a.ExpertLayout), a.ResidualBase == true, IsRecorded: true))], cancellationToken);
    }

    /// <summary>The header of the base's file, from the side-car; the merged file must have the one that follows from it, so that every byte of it is proved.</summary>
    private static byte[] HeaderOf(SafetensorsFile shard, IReadOnlyCollection<PlannedTensor> tensors, SafetensorsFile undo)
    {
        var name = Path.GetFileName(shard.Path);
        var original = undo.Find(UndoFormat.Headers + name) is { } header ? undo.ReadAll(header) : throw new IntegrityException(undo.Path, $"has no header for '{name}'");
        return shard.ReadRawHeader().AsSpan().SequenceEqual(Shard.MergedHeader(tensors, original, undo.Path))
            ? original
            : throw new IntegrityException(shard.Path, "the header is not the one that the merge wrote");
    }
}
