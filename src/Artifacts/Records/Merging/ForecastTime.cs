namespace Loragate.Artifacts.Records.Merging;

/// <summary>How long a merge on the processor may take. Least: the start, and the longer of disk and threads, which work side by side. Most: the start, the disk and then the threads.</summary>
/// <param name="LeastSeconds">On the fast machine.</param>
/// <param name="MostSeconds">On the slow one.</param>
/// <param name="Threads">Threads that share hashes and arithmetic.</param>
/// <param name="BytesHashed">Bytes of weights, side-car and copies of the adapters that are hashed.</param>
/// <param name="MultiplyAdds">The rank of each update for each weight that it changes, and <see cref="OfAWeight"/> for each weight that changes.</param>
/// <param name="Fast">The fast machine: memory holds the files, vectors of 512 bits, instructions for SHA-256.</param>
/// <param name="Slow">The slow one: a slow or distant disk, narrow vectors, SHA-256 without instructions of its own.</param>
public sealed record ForecastTime(double LeastSeconds, double MostSeconds, int Threads, long BytesHashed, long MultiplyAdds, ForecastSpeed Fast, ForecastSpeed Slow)
{
    /// <summary>Multiply-adds that a changed weight's sum, rounding, fidelity and index take as long as (bench/results/merge.md: 1.1 ns beside 0.62 ns for rank 16).</summary>
    public const int OfAWeight = 32;
}
