using SkiaSharp;

namespace Loragate.Governance.Reports.Layout;

/// <summary>A line ready to be drawn.</summary>
/// <param name="Clusters">What stands on it, without the spaces at its end.</param>
/// <param name="Width">Its width, points.</param>
/// <param name="Size">The text size, points.</param>
/// <param name="Color">The colour.</param>
internal sealed record TextLine(IReadOnlyList<Cluster> Clusters, float Width, float Size, SKColor Color);
