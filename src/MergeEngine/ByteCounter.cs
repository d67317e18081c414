namespace Loragate.MergeEngine;

/// <summary>Counts bytes from several threads and reports them.</summary>
internal sealed class ByteCounter(long total)
{
    private long _done;
    private int _reused;

    /// <summary>Who is told.</summary>
    public IProgress<MergeProgress>? Progress { get; set; }

    /// <summary>Says how many weight files are taken over from an interrupted run; where there are none, what was counted while they were looked for does not count.</summary>
    public void Reuse(int files)
    {
        if (files == 0)
            Interlocked.Exchange(ref _done, 0);
        _reused = files;
        Add(0);
    }

    public void Add(long bytes) => Progress?.Report(new MergeProgress(Interlocked.Add(ref _done, bytes), total) { Reused = _reused });
}
