using Loragate.Governance.Reports.Layout;

namespace Loragate.Governance.Reports.Charts;

/// <summary>A row of a forest plot, in the chart's unit.</summary>
/// <param name="Label">What is compared.</param>
/// <param name="Detail">Task and metric.</param>
/// <param name="Figures">The numbers as text.</param>
/// <param name="Mark">The outcome's mark, drawn at the estimate.</param>
/// <param name="Estimate">The difference.</param>
/// <param name="Lower">Its lower bound.</param>
/// <param name="Upper">Its upper bound.</param>
/// <param name="Low">Below this is not allowed.</param>
/// <param name="High">Above this is not allowed; null where more is better.</param>
internal sealed record ForestRow(
    string Label, string Detail, string Figures, Mark Mark, double Estimate, double Lower, double Upper, double Low, double? High);
