using SkiaSharp;

namespace Loragate.Governance.Reports.Layout;

/// <summary>How text looks.</summary>
/// <param name="Role">The font.</param>
/// <param name="Size">The size in points.</param>
/// <param name="Color">The colour.</param>
internal sealed record TextStyle(FontRole Role, float Size, SKColor Color)
{
    /// <summary>The distance of two baselines as a multiple of the size; null for the language's own.</summary>
    public float? Leading { get; init; }
}
