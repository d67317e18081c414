using SkiaSharp;

namespace Loragate.Governance.Reports.Layout;

/// <summary>How text looks.</summary>
/// <param name="Role">The font.</param>
/// <param name="Size">The size in points.</param>
/// <param name="Color">The colour.</param>
internal sealed record TextStyle(FontRole Role, float Size, SKColor Color);
