using Loragate.MergeEngine;

namespace Loragate.Cli.Output;

/// <summary>The progress of a merge or unmerge; at its end it tells what an interrupted run had left to go on with.</summary>
/// <param name="screen">Where to draw.</param>
/// <param name="what">What is being done.</param>
internal sealed class ShardProgress(Screen screen, string what) : IProgress<MergeProgress>, IDisposable
{
    private readonly ProgressLine _line = new(screen, what);
    private int _reused;

    public void Report(MergeProgress value)
    {
        _reused = value.Reused;
        _line.Report(value.Done, value.Total);
    }

    public void Dispose()
    {
        _line.Dispose();
        if (_reused > 0)
            screen.Say($"{_reused} weight files were there from an interrupted run; their bytes were checked.");
    }
}
