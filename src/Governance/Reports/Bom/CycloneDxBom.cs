using System.Globalization;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Bom;

/// <summary>
/// A bill of materials of an adapter as CycloneDX 1.6 (ECMA-424), ML-BOM: the adapter with its files, its base as pedigree ancestor, the data sets that
/// it was measured on, every figure of the decision with its interval, and a fairness assessment for each bias rule.
/// The same records give the same bytes.
/// </summary>
public static class CycloneDxBom
{
    private const string AdapterRef = "adapter";
    private const string BaseRef = "base";

    /// <summary>Renders the bill of materials.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="inspection">The inspection that it rests on.</param>
    /// <param name="merge">The merge; null where nothing was merged.</param>
    /// <param name="run">When the dossier was made: the only date.</param>
    /// <param name="version">The version of loragate.</param>
    /// <returns>UTF-8 JSON in canonical form.</returns>
    public static byte[] Render(Decision decision, Inspection inspection, MergeReceipt? merge, Run run, string version)
    {
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(inspection);
        ArgumentNullException.ThrowIfNull(run);
        return RecordJson.Canonical(new JsonObject
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["serialNumber"] = $"urn:uuid:{UuidOf(decision.ComputeDigest())}",
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["timestamp"] = run.Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                ["tools"] = new JsonObject { ["components"] = new JsonArray(new JsonObject { ["type"] = "application", ["name"] = "loragate", ["version"] = version }) },
                ["component"] = Adapter(decision, inspection, merge),
            },
            ["components"] = new JsonArray([.. decision.Tasks.Select(Data)]),
            ["dependencies"] = new JsonArray(new JsonObject { ["ref"] = AdapterRef, ["dependsOn"] = new JsonArray(Base(inspection, merge) is null ? [] : [JsonValue.Create(BaseRef)]) }),
        });
    }

    private static JsonObject Adapter(Decision decision, Inspection inspection, MergeReceipt? merge)
    {
        var component = new JsonObject
        {
            ["type"] = "machine-learning-model",
            ["bom-ref"] = AdapterRef,
            ["name"] = Printable.Of(decision.Adapter.Name),
            ["description"] = $"Adapter ({Kind(inspection, merge)}): a change of a base model that is distributed without it.",
            ["components"] = new JsonArray([.. decision.Adapter.Files.Select(file => new JsonObject { ["type"] = "file", ["name"] = Printable.Of(file.Path), ["hashes"] = Sha256(file.Sha256) })]),
            ["modelCard"] = ModelCard(decision, inspection, merge),
            ["properties"] = Properties(
                ("loragate:adapter:sha256", decision.Adapter.Digest.Hex),
                ("loragate:decision:sha256", decision.ComputeDigest().Hex),
                ("loragate:policy", $"{decision.Policy.Name} {decision.Policy.Version} {decision.Policy.Digest}"),
                ("loragate:verdict", decision.Verdict.ToString().ToLowerInvariant())),
        };
        if (LicencesOf(inspection, "adapter") is { Count: > 0 } licences)
            component["licenses"] = licences;
        if (Base(inspection, merge) is { } ancestor)
            component["pedigree"] = new JsonObject { ["ancestors"] = new JsonArray(ancestor) };
        return component;
    }

    private static string Kind(Inspection inspection, MergeReceipt? merge) => Printable.Of(AdapterWords.KindOf(inspection, merge));

    /// <summary>The base as the merge proved it; where nothing was merged, as the adapter declares it.</summary>
    private static JsonObject? Base(Inspection inspection, MergeReceipt? merge)
    {
        if ((merge?.Base.Name ?? inspection.Base?.Name ?? inspection.DeclaredBase) is not { Length: > 0 } name)
            return null;
        var ancestor = new JsonObject { ["type"] = "machine-learning-model", ["bom-ref"] = BaseRef, ["name"] = Printable.Of(name) };
        if (LicencesOf(inspection, "base") is { Count: > 0 } licences)
            ancestor["licenses"] = licences;
        if (merge is not null)
            ancestor["properties"] = Properties(("loragate:base:config:sha256", merge.Base.ConfigDigest.Hex), ("loragate:base:weights:sha256", merge.Base.WeightsDigest.Hex));
        return ancestor;
    }

    private static JsonObject ModelCard(Decision decision, Inspection inspection, MergeReceipt? merge)
    {
        var parameters = new JsonObject
        {
            ["modelArchitecture"] = Kind(inspection, merge),
            ["datasets"] = new JsonArray([.. decision.Tasks.Select(task => new JsonObject { ["ref"] = RefOf(task.Name) })]),
        };
        if (inspection.Base is { } known)
            parameters["architectureFamily"] = Printable.Of(known.ModelType);
        return new JsonObject
        {
            ["modelParameters"] = parameters,
            ["quantitativeAnalysis"] = new JsonObject { ["performanceMetrics"] = new JsonArray([.. decision.Rules.Where(rule => rule.Statistic is not null).Select(Metric)]) },
            ["considerations"] = new JsonObject
            {
                ["technicalLimitations"] = new JsonArray([.. Limitations(decision, inspection).Select(text => JsonValue.Create(text))]),
                ["fairnessAssessments"] = new JsonArray([.. decision.Rules.Where(IsAboutBias).Select(Fairness)]),
            },
        };
    }

    private static JsonObject Metric(RuleResult rule)
    {
        var statistic = rule.Statistic!;
        var metric = new JsonObject
        {
            ["type"] = $"{rule.Metric ?? rule.Check} ({rule.Id}, {statistic.Procedure}, one-sided bounds at {Number(1 - statistic.Alpha)})",
            ["value"] = Number(statistic.Estimate),
        };
        if (rule.Task is { } task)
            metric["slice"] = task;
        if (double.IsFinite(statistic.Lower) && double.IsFinite(statistic.Upper))
            metric["confidenceInterval"] = new JsonObject { ["lowerBound"] = Number(statistic.Lower), ["upperBound"] = Number(statistic.Upper) };
        return metric;
    }

    private static bool IsAboutBias(RuleResult rule) => rule.Check.StartsWith("bias", StringComparison.Ordinal);

    private static JsonObject Fairness(RuleResult rule) => new()
    {
        ["groupAtRisk"] = $"The groups that the task {rule.Task} compares.",
        ["harms"] = Printable.Of(rule.Summary),
        ["mitigationStrategy"] = $"The policy's rule {rule.Id} ({rule.Check}) {(rule.Severity == Severity.Block ? "blocks a release that fails it" : "warns of it")}; outcome: {rule.Outcome.ToString().ToLowerInvariant()}.",
    };

    private static IEnumerable<string> Limitations(Decision decision, Inspection inspection) =>
    [
        .. decision.Rules.Where(rule => rule.Outcome != Outcome.Passed).Select(rule => Printable.Of($"{rule.Id} {rule.Outcome.ToString().ToLowerInvariant()}: {rule.Summary}")),
        .. inspection.Findings.Where(finding => finding.Severity != Severity.Info).Select(finding => Printable.Of($"{finding.Id}: {finding.Message} ({finding.Where})")),
    ];

    private static JsonObject Data(MeasuredTask task) => new()
    {
        ["type"] = "data",
        ["bom-ref"] = RefOf(task.Name),
        ["name"] = task.Name,
        ["hashes"] = Sha256(task.DataDigest),
        ["data"] = new JsonArray(new JsonObject { ["type"] = "dataset", ["name"] = task.Name }),
        ["properties"] = Properties(("loragate:task:sha256", task.TaskDigest.Hex), ("loragate:use", "evaluation")),
    };

    private static JsonArray LicencesOf(Inspection inspection, string subject) => new(
    [
        .. inspection.Licences.Where(licence => licence.Subject == subject && licence.Id is { Length: > 0 })
            .Select(licence => new JsonObject { ["license"] = new JsonObject { ["name"] = Printable.Of(licence.Id!) } }),
    ]);

    private static JsonArray Sha256(Digest digest) => new(new JsonObject { ["alg"] = "SHA-256", ["content"] = digest.Hex });

    private static JsonArray Properties(params IEnumerable<(string Name, string Value)> properties) =>
        new([.. properties.Select(property => new JsonObject { ["name"] = property.Name, ["value"] = Printable.Of(property.Value) })]);

    private static string RefOf(string task) => $"data/{task}";

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>A UUID of version 8 (RFC 9562 §5.8) from the first 16 bytes of a digest.</summary>
    private static Guid UuidOf(Digest digest)
    {
        var bytes = digest.ToBytes()[..16];
        bytes[6] = (byte)(bytes[6] & 0x0f | 0x80);
        bytes[8] = (byte)(bytes[8] & 0x3f | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
