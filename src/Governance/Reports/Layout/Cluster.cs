namespace Loragate.Governance.Reports.Layout;

/// <summary>The smallest piece of a line that is never parted: a character with its marks.</summary>
/// <param name="Text">The characters.</param>
/// <param name="Glyphs">What is drawn for them.</param>
/// <param name="Width">The advance, points.</param>
internal sealed record Cluster(string Text, IReadOnlyList<Glyph> Glyphs, float Width);
