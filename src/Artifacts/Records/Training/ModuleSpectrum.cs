namespace Loragate.Artifacts.Records.Training;

/// <summary>How many directions a module's update ΔW uses.</summary>
/// <param name="Module">The module's path.</param>
/// <param name="Rank">The rank that it may have.</param>
/// <param name="EffectiveRank">(Σσ²)²/Σσ⁴ of its singular values.</param>
/// <param name="RankOfEnergy">The fewest directions that hold nine tenths of Σσ².</param>
public sealed record ModuleSpectrum(string Module, int Rank, double EffectiveRank, int RankOfEnergy);
