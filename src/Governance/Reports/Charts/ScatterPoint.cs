namespace Loragate.Governance.Reports.Charts;

/// <summary>A thing in a <see cref="ScatterPlot"/>.</summary>
/// <param name="Label">A short label beside the point.</param>
/// <param name="X">Its place from left to right, above 0.</param>
/// <param name="Y">Its share, 0 to 1.</param>
/// <param name="Lower">The lower end of the share's interval.</param>
/// <param name="Upper">The upper end.</param>
/// <param name="Words">The same in words, for those who do not see it.</param>
internal sealed record ScatterPoint(string Label, double X, double Y, double Lower, double Upper, string Words);
