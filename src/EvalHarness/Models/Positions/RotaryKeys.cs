namespace Loragate.EvalHarness.Models.Positions;

/// <summary>How a family's configs speak of rotary positions at their top level, and what it means if they do not.</summary>
internal sealed record RotaryKeys
{
    /// <summary>The key of θ.</summary>
    public string Theta { get; init; } = "rope_theta";

    /// <summary>θ where no key says it; null where one has to.</summary>
    public double? AbsentTheta { get; init; } = 10000;

    /// <summary>The key of the share of a head that is turned.</summary>
    public string Share { get; init; } = "partial_rotary_factor";

    /// <summary>That share where no key says it; null for a family that always turns whole heads.</summary>
    public double? AbsentShare { get; init; }

    /// <summary>Which numbers are turned together.</summary>
    public RotaryPairs Pairs { get; init; } = RotaryPairs.Halves;
}
