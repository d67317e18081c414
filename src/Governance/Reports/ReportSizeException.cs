using Loragate.Artifacts;

namespace Loragate.Governance.Reports;

/// <summary>The evidence of a decision is more than a report carries: its own verifier would refuse it.</summary>
/// <param name="fault">How much it is.</param>
public sealed class ReportSizeException(string fault) : MalformedInputException(
    "the report's evidence",
    fault,
    "Leave out what no rule reads (--trials, --measure, --previous), or let the policy score fewer items of the tasks (their 'limit').");
