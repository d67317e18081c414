namespace Loragate.Bench.Evaluate;

/// <summary>What a run takes. Where other work shares the machine, processor time is the fairer figure.</summary>
/// <param name="Seconds">By the clock.</param>
/// <param name="ProcessorSeconds">Of all threads.</param>
internal sealed record Cost(double Seconds, double ProcessorSeconds)
{
    public static Cost None { get; } = new(0, 0);

    public static Cost operator +(Cost a, Cost b) => new(a.Seconds + b.Seconds, a.ProcessorSeconds + b.ProcessorSeconds);

    public static Cost operator *(Cost cost, double factor) => new(cost.Seconds * factor, cost.ProcessorSeconds * factor);
}
