namespace Loragate.Artifacts.Records.Training;

/// <summary>What a piece of work took on this machine, today; no evidence of anything.</summary>
/// <param name="Seconds">Time on the wall.</param>
/// <param name="ProcessorSeconds">Time of all processors.</param>
/// <param name="PeakBytes">The most memory that the process had meanwhile, the base in it included; null where the system does not tell it of this piece of work alone, or a GPU has most of it.</param>
public sealed record Cost(double Seconds, double ProcessorSeconds, long? PeakBytes);
