namespace Loragate.Governance.Reports.Layout;

/// <summary>A line of a cell with the room it takes.</summary>
/// <param name="Text">The line.</param>
/// <param name="Height">Its height, points.</param>
/// <param name="Baseline">From its top to its baseline, points.</param>
internal sealed record CellLine(TextLine Text, float Height, float Baseline);
