namespace Loragate.Tuning.Trials;

/// <summary>Counts the parts that are looked into, tells each before it is begun, and stops between them.</summary>
/// <param name="kind">What they are: "module".</param>
/// <param name="count">How many there are.</param>
/// <param name="progress">Hears of each; null for nobody.</param>
/// <param name="cancellation">Stops before the next.</param>
internal sealed class PartCounter(string kind, int count, IProgress<TrialPart>? progress, CancellationToken cancellation)
{
    private int _number;

    /// <summary>Begins the next part.</summary>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public void Next()
    {
        cancellation.ThrowIfCancellationRequested();
        progress?.Report(new TrialPart(kind, ++_number, count));
    }
}
