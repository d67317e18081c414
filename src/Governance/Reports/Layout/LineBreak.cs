namespace Loragate.Governance.Reports.Layout;

/// <summary>How well a line may end at a place.</summary>
internal enum LineBreak
{
    /// <summary>Only if a word alone is wider than the line.</summary>
    Emergency,

    /// <summary>Inside a date or between a number and its unit, if they alone are wider than the line.</summary>
    Poor,

    /// <summary>Inside an identifier or a path, if it would otherwise leave a line half empty.</summary>
    Fair,

    /// <summary>As in any text.</summary>
    Good,
}
