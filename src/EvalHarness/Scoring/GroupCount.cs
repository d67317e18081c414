namespace Loragate.EvalHarness.Scoring;

/// <summary>Counts finished groups for a progress that hears rising numbers, whichever thread finishes.</summary>
internal sealed class GroupCount(IProgress<int>? progress)
{
    private readonly Lock _lock = new();
    private int _count;

    public void Add(int groups)
    {
        lock (_lock)
        {
            _count += groups;
            progress?.Report(_count);
        }
    }
}
