using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Auditing;
using Loragate.Governance.Reports;

namespace Loragate.Cli.Gate;

/// <summary>What a gate ended with.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Contents">All records, as the report shows them.</param>
/// <param name="ReportPath">The report.</param>
/// <param name="ReleasePath">The release folder, if the adapter was approved and a key was given.</param>
internal sealed record GateResult(Decision Decision, ReportContents Contents, string ReportPath, string? ReleasePath)
{
    /// <summary>Releases with exactly this adapter that somebody has revoked.</summary>
    public IReadOnlyList<RevokedRelease> Revoked { get; init; } = [];
}
