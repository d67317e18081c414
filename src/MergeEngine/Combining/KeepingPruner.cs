namespace Loragate.MergeEngine.Combining;

/// <summary>Keeps everything.</summary>
internal sealed class KeepingPruner : Pruner
{
    public override void Apply<T>(long firstIndex, Span<double> values)
    {
    }
}
