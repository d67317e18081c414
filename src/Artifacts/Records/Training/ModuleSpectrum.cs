using System.Globalization;
using System.Text.Json.Serialization;

namespace Loragate.Artifacts.Records.Training;

/// <summary>How many directions a module's change ΔW uses.</summary>
/// <param name="Module">The module's path.</param>
/// <param name="Rank">The rank that it may have: that of LoRA's factors, otherwise the smaller side of W.</param>
/// <param name="EffectiveRank">(Σσ²)²/Σσ⁴ of its singular values.</param>
/// <param name="RankOfEnergy">The fewest directions that hold nine tenths of Σσ².</param>
/// <param name="RankOfNearlyAll">The fewest directions that hold 99 hundredths of Σσ².</param>
public sealed record ModuleSpectrum(string Module, int Rank, double EffectiveRank, int RankOfEnergy, int RankOfNearlyAll)
{
    /// <summary>The layer, the first number in the path as PEFT takes it; null outside the layers.</summary>
    [JsonIgnore]
    public int? Layer => Module.Split('.').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer : (int?)null).FirstOrDefault(layer => layer is not null);

    /// <summary>The path's last name: "q_proj".</summary>
    [JsonIgnore]
    public string Kind => Module[(Module.LastIndexOf('.') + 1)..];
}
