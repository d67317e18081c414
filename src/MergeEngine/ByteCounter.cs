namespace Loragate.MergeEngine;

/// <summary>Counts bytes from several threads and reports them.</summary>
internal sealed class ByteCounter(long total)
{
    private long _done;

    /// <summary>Who is told.</summary>
    public IProgress<MergeProgress>? Progress { get; set; }

    public void Add(long bytes) => Progress?.Report(new MergeProgress(Interlocked.Add(ref _done, bytes), total));
}
