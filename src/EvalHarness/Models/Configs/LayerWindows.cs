namespace Loragate.EvalHarness.Models.Configs;

/// <summary>
/// How far back each layer sees: null is all the way, W the last W tokens with the token itself (Beltagy et al., arXiv 2004.05150).
/// </summary>
internal static class LayerWindows
{
    private const string Full = "full_attention";
    private const string Sliding = "sliding_attention";

    /// <summary>One window for all layers, where <c>sliding_window</c> is given.</summary>
    public static IReadOnlyList<int?> Uniform(ConfigReader config, int layers) => [.. Enumerable.Repeat(config.OptionalSize("sliding_window"), layers)];

    /// <summary>No window; a config that switches one on is refused.</summary>
    public static void RequireNone(ConfigReader config, int layers)
    {
        config.Require("use_sliding_window", false, absent: false);
        config.RequireNothing("sliding_window");
        config.Ignore("max_window_layers");
        if (ReadKinds(config, layers)?.Contains(true) == true)
            throw config.Fault("layer_types", "windows are not supported in this family");
    }

    /// <summary><c>use_sliding_window</c> switches windows on, from layer <c>max_window_layers</c> on unless <c>layer_types</c> says which.</summary>
    public static IReadOnlyList<int?> Switched(ConfigReader config, int layers)
    {
        var window = config.OptionalSize("sliding_window");
        var first = config.OptionalInteger("max_window_layers", 0, int.MaxValue);
        var kinds = ReadKinds(config, layers);
        if (!config.Flag("use_sliding_window", absent: false))
        {
            return kinds?.Contains(true) == true
                ? throw config.Fault("layer_types", "names windows, and use_sliding_window is not set")
                : [.. Enumerable.Repeat<int?>(null, layers)];
        }
        if (kinds is null && first is null)
            throw config.Fault("max_window_layers", "this key is missing");
        return [.. Enumerable.Range(0, layers).Select(i => (kinds is null ? i >= first : kinds[i]) ? window ?? throw config.Fault("sliding_window", "this key is missing") : (int?)null)];
    }

    /// <summary>Windows where <c>layer_types</c> says so; where it is absent, in all but each <paramref name="period"/>-th layer.</summary>
    public static IReadOnlyList<int?> Alternating(ConfigReader config, int layers, int period)
    {
        var window = config.Size("sliding_window");
        var kinds = ReadKinds(config, layers);
        return [.. Enumerable.Range(0, layers).Select(i => (kinds is null ? (i + 1) % period != 0 : kinds[i]) ? window : (int?)null)];
    }

    private static List<bool>? ReadKinds(ConfigReader config, int layers) =>
        config.OptionalTexts("layer_types", layers)?.Select(kind => kind switch
        {
            Full => false,
            Sliding => true,
            _ => throw config.Fault("layer_types", $"'{kind}' is not supported ({Full} and {Sliding} are)"),
        }).ToList();
}
