namespace Loragate.Governance.Reports.Layout;

/// <summary>A shaped glyph.</summary>
/// <param name="Face">Its font.</param>
/// <param name="Id">Its number in the font.</param>
/// <param name="Advance">How far the pen moves, points.</param>
/// <param name="X">Offset from the pen, points.</param>
/// <param name="Y">Offset from the baseline, points downwards.</param>
internal readonly record struct Glyph(TypeFace Face, ushort Id, float Advance, float X, float Y);
