using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Merging;

namespace Loragate.MergeEngine;

/// <summary>A merged folder that is open to be taken back.</summary>
/// <param name="Receipt">Its receipt.</param>
/// <param name="Merged">Its weights.</param>
/// <param name="Adapters">The adapters of the receipt, in its order.</param>
internal sealed record OpenMerge(MergeReceipt Receipt, Checkpoint Merged, OpenAdapters Adapters) : IDisposable
{
    /// <summary>Opens the adapters.</summary>
    /// <exception cref="IntegrityException">One is not the adapter that was merged.</exception>
    public static OpenMerge Of(MergeReceipt receipt, Checkpoint merged, IReadOnlyList<string> folders, CancellationToken cancellationToken)
    {
        var adapters = new OpenAdapters(folders.Zip(receipt.Adapters, (folder, applied) => new WeightedAdapter(folder, applied.Weight)), cancellationToken);
        foreach (var (opened, applied) in adapters.Weighted.Zip(receipt.Adapters))
        {
            if (opened.Adapter.Identity.Digest == applied.Adapter.Digest)
                continue;
            adapters.Dispose();
            throw new IntegrityException(opened.Adapter.Folder, $"digest {opened.Adapter.Identity.Digest} where the receipt names {applied.Adapter.Digest}: not the adapter that was merged");
        }
        return new OpenMerge(receipt, merged, adapters);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Adapters.Dispose();
        Merged.Dispose();
    }
}
