using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Statements;

/// <summary>How the report of a plan's trials was made, as SLSA provenance v1 (docs/formats/attestations.v1.md); a pure function of the report.</summary>
public static class TrialProvenance
{
    /// <summary>The predicate type.</summary>
    public const string PredicateType = MergeProvenance.PredicateType;

    /// <summary>The build type: what parameters and dependencies mean.</summary>
    public const string BuildType = "urn:loragate:trial:v1";

    private const string Builder = "urn:loragate:trial";

    /// <summary>The statement to sign.</summary>
    /// <param name="report">The report, the only subject: it names every receipt and evaluation by digest.</param>
    public static Statement Of(TrialReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new Statement([new Subject(TrialReport.FileName, report.ComputeDigest())], PredicateType, JsonSerializer.SerializeToElement(new JsonObject
        {
            ["buildDefinition"] = new JsonObject
            {
                ["buildType"] = BuildType,
                ["externalParameters"] = new JsonObject { ["base"] = report.Base.Name, ["plan"] = report.Name },
                ["internalParameters"] = new JsonObject { ["procedure"] = report.Engine.Procedure, ["device"] = report.Engine.Device },
                ["resolvedDependencies"] = new JsonArray(
                [
                    Described.Resource("base/#weights", report.Base.WeightsDigest),
                    Described.Resource("base/config.json", report.Base.ConfigDigest),
                    Described.Resource("plan", report.Plan),
                    .. new[] { report.Task, report.Retained }.OfType<TrialScore>().Select(score => Described.Resource($"data/{score.Task}", score.Data)),
                    .. (report.Asked ?? []).Select(task => Described.Resource($"task/{task.Name}", task.TaskDigest)),
                ]),
            },
            ["runDetails"] = new JsonObject
            {
                ["builder"] = new JsonObject { ["id"] = Builder, ["version"] = new JsonObject { ["loragate"] = report.Engine.Version } },
                ["metadata"] = new JsonObject(),
            },
        }));
    }
}
