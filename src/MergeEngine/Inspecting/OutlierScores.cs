using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>
/// How far a module's update lies from those of its kind (all q_proj, all down_proj): the robust z of Iglewicz and Hoaglin (1993),
/// 0.6745 · (x − median) / MAD. x is log₂ of the norm, since norms differ by factors; log₂ is rounded to 2⁻²⁰, so that no library's last bit shows.
/// </summary>
internal static class OutlierScores
{
    /// <summary>Modules of a kind below which a median says nothing.</summary>
    private const int Fewest = 8;

    /// <summary>Twice the 3.5 that Iglewicz and Hoaglin call an outlier: trained adapters have heavier tails than the normal distribution.</summary>
    private const double Far = 7;

    /// <summary>0.6745, the MAD of a standard normal distribution.</summary>
    private const double MadOfNormal = 0.6745;

    /// <summary>The MAD below which all are alike: 1 % in the norm.</summary>
    private const double LeastSpread = 0.01;

    private const double Grain = 1 << 20;

    /// <summary>The modules with their scores.</summary>
    public static IReadOnlyList<ModuleStatistics> Add(IReadOnlyList<ModuleStatistics> modules)
    {
        var scores = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var kind in modules.Where(m => m.FrobeniusNorm > 0).GroupBy(m => m.Kind, StringComparer.Ordinal).Where(g => g.Count() >= Fewest))
        {
            var sizes = kind.Select(Size).ToList();
            var middle = Median(sizes);
            var spread = Median([.. sizes.Select(x => Math.Abs(x - middle))]);
            if (spread < LeastSpread)
                continue;
            foreach (var (module, size) in kind.Zip(sizes))
                scores[module.Module] = Math.Round(MadOfNormal * (size - middle) / spread, 3);
        }
        return [.. modules.Select(m => scores.TryGetValue(m.Module, out var score) ? m with { OutlierScore = score } : m)];
    }

    /// <summary>The modules far from their kind.</summary>
    public static IEnumerable<Finding> Check(IReadOnlyList<ModuleStatistics> modules) =>
        modules.Where(m => m.OutlierScore is > Far or < -Far)
            .Select(m => new Finding("update-outlier", Severity.Warn, m.Module, FormattableString.Invariant($"the update is far {(m.OutlierScore > 0 ? "larger" : "smaller")} than in modules of its kind (robust z {m.OutlierScore:0.#})"), "Look at how this module was trained."));

    private static double Size(ModuleStatistics module) => Math.Round(Math.Log2(module.RelativeNorm is > 0 and var relative ? relative : module.FrobeniusNorm) * Grain) / Grain;

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
