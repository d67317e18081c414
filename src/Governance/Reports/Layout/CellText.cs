namespace Loragate.Governance.Reports.Layout;

/// <summary>A paragraph in a table cell.</summary>
/// <param name="Text">The text.</param>
/// <param name="Style">How it looks.</param>
internal sealed record CellText(string Text, TextStyle Style);
