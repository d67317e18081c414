using Loragate.EvalHarness.Models.Configs;

namespace Loragate.EvalHarness.Models.Positions;

/// <summary>What a config says about rotary positions.</summary>
/// <param name="Theta">The base θ.</param>
/// <param name="Dimensions">How many of a head's numbers are turned; even.</param>
/// <param name="Scaling">How the frequencies are stretched.</param>
/// <param name="Pairs">Which numbers are turned together.</param>
internal sealed record RotaryPlan(double Theta, int Dimensions, RotaryScaling Scaling, RotaryPairs Pairs)
{
    /// <summary>
    /// Reads <c>rope_parameters</c> or the older <c>rope_scaling</c>. θ and the share of a head that is turned stand in it, at the top level,
    /// or in both if they agree.
    /// </summary>
    public static RotaryPlan Read(ConfigReader config, int headSize) => Read(config, headSize, new RotaryKeys());

    /// <inheritdoc cref="Read(ConfigReader, int)"/>
    public static RotaryPlan Read(ConfigReader config, int headSize, RotaryKeys keys)
    {
        if (config.Has("rope_parameters") && config.Has("rope_scaling"))
            throw config.Fault("rope_scaling", "stands beside rope_parameters: readers differ in which one they use");
        var rope = config.OptionalObject("rope_parameters") ?? config.OptionalObject("rope_scaling");
        var theta = Agreed(config, keys.Theta, rope, "rope_theta") ?? keys.AbsentTheta;
        var share = Agreed(config, keys.Share, rope, "partial_rotary_factor") ?? keys.AbsentShare ?? 1;
        if (keys.AbsentShare is null && share != 1)
            throw config.Fault("partial_rotary_factor", "heads that are turned in part are not supported in this family");
        return Read(config, rope, headSize, theta, share, keys.Pairs);
    }

    /// <summary>Reads <c>rope_parameters</c> that differ by kind of layer: <c>rope_parameters.KIND</c>, in the order asked for.</summary>
    public static IReadOnlyList<RotaryPlan> ReadKinds(ConfigReader config, int headSize, params string[] kinds)
    {
        var all = config.OptionalObject("rope_parameters") ?? throw config.Fault("rope_parameters", "this key is missing");
        var plans = kinds.Select(kind =>
        {
            var rope = all.OptionalObject(kind) ?? throw all.Fault(kind, "this key is missing");
            return Read(config, rope, headSize, rope.OptionalNumber("rope_theta"), 1, RotaryPairs.Halves);
        }).ToList();
        all.RefuseUnread();
        return plans;
    }

    private static RotaryPlan Read(ConfigReader config, ConfigReader? rope, int headSize, double? theta, double share, RotaryPairs pairs)
    {
        var dimensions = (int)(headSize * share);
        if (dimensions is 0 || dimensions > headSize || dimensions % 2 != 0)
            throw config.Fault("head_dim", $"{dimensions} of {headSize} numbers cannot be turned in pairs");
        var scaling = rope is null ? new DefaultRotaryScaling() : RotaryScaling.Parse(rope, config, dimensions / 2);
        rope?.RefuseUnread();
        return new RotaryPlan(theta ?? throw config.Fault("rope_theta", "this key is missing"), dimensions, scaling, pairs);
    }

    private static double? Agreed(ConfigReader config, string key, ConfigReader? rope, string innerKey)
    {
        var (top, inner) = (config.OptionalNumber(key), rope?.OptionalNumber(innerKey));
        return top is { } a && inner is { } b && a != b ? throw config.Fault(key, "differs from the one in the rotary parameters") : top ?? inner;
    }
}
