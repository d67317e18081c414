using System.Globalization;
using Loragate.Artifacts.Records.Combining;

namespace Loragate.MergeEngine.Combining.Methods;

/// <summary>A blend's parameters as a receipt states them.</summary>
internal static class BlendDescription
{
    public static CombinationMethod Of(string name, int? rank, ulong? seed, Blend blend) => new(
        name,
        rank,
        blend.Pruning == Pruning.None ? null : blend.Density,
        blend.Election switch { MajoritySign.Total => "total", MajoritySign.Frequency => "frequency", _ => null },
        seed?.ToString(CultureInfo.InvariantCulture));
}
