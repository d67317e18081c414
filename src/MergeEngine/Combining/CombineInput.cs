using Loragate.Artifacts.Adapters;

namespace Loragate.MergeEngine.Combining;

/// <summary>One adapter of a combination.</summary>
/// <param name="Adapter">The open adapter.</param>
/// <param name="Weight">w.</param>
/// <param name="Modules">Its modules by path.</param>
internal sealed record CombineInput(PeftAdapter Adapter, double Weight, IReadOnlyDictionary<string, FactorPair> Modules)
{
    /// <summary>The largest rank that the config names, which is what PEFT allocates.</summary>
    public int LargestRank => Adapter.Config.RankPattern.Select(p => p.Value).Append(Adapter.Config.Rank).Max();
}
