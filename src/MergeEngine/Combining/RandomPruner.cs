using Loragate.Artifacts;
using Loragate.MergeEngine.Algebra;

namespace Loragate.MergeEngine.Combining;

/// <summary>
/// Drop and rescale (DARE: Yu et al. 2024, "Language Models are Super Mario"): element i stays where random word i is below
/// ⌊density · 2³²⌋, and is divided by the density, which keeps the expectation.
/// </summary>
internal sealed class RandomPruner(Philox random, double density) : Pruner
{
    private readonly ulong _threshold = (ulong)(density * (1UL << 32));

    public override void Apply<T>(long firstIndex, Span<double> values)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = random.At((ulong)(firstIndex + i)) < _threshold ? T.Round(values[i] / density) : 0;
    }
}
