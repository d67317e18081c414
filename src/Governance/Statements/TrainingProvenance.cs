using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Statements;

/// <summary>How an adapter or model was trained, as SLSA provenance v1 (docs/formats/attestations.v1.md); a pure function of the training receipt.</summary>
public static class TrainingProvenance
{
    /// <summary>The predicate type.</summary>
    public const string PredicateType = MergeProvenance.PredicateType;

    /// <summary>The build type: what parameters and dependencies mean.</summary>
    public const string BuildType = "urn:loragate:train:v1";

    private const string Builder = "urn:loragate:train";

    /// <summary>The statement to sign.</summary>
    /// <param name="receipt">The receipt; with it, the files that it names are the subjects.</param>
    public static Statement Of(TrainingReceipt receipt)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        var (inputs, own) = (receipt.Inputs, receipt.ToCanonicalJson());
        IEnumerable<FileEntry> files = [.. receipt.Files, new FileEntry(TrainingReceipt.FileName, own.Length, receipt.ComputeDigest())];
        return new Statement(Attestation.SubjectsOf(files), PredicateType, JsonSerializer.SerializeToElement(new JsonObject
        {
            ["buildDefinition"] = new JsonObject
            {
                ["buildType"] = BuildType,
                ["externalParameters"] = new JsonObject { ["base"] = inputs.Base.Name, ["method"] = Json(inputs.Method), ["settings"] = Json(inputs.Settings) },
                ["internalParameters"] = new JsonObject { ["procedure"] = inputs.Engine.Procedure, ["device"] = inputs.Engine.Device, ["environment"] = Json(inputs.Environment) },
                ["resolvedDependencies"] = new JsonArray(
                [
                    Described.Resource("base/#weights", inputs.Base.WeightsDigest),
                    Described.Resource("base/config.json", inputs.Base.ConfigDigest),
                    Described.Resource("base/#tokenizer", inputs.Tokenizer),
                    .. inputs.ChatTemplate is { } template ? [Described.Resource("base/#chat-template", template)] : Array.Empty<JsonNode>(),
                    .. Files("data", inputs.Data),
                    .. Files("validation", inputs.Validation),
                    .. inputs.Plan is { } plan ? [Described.Resource("plan", plan)] : Array.Empty<JsonNode>(),
                ]),
            },
            ["runDetails"] = new JsonObject
            {
                ["builder"] = new JsonObject { ["id"] = Builder, ["version"] = new JsonObject { ["loragate"] = inputs.Engine.Version } },
                ["metadata"] = new JsonObject(),
                ["byproducts"] = new JsonArray(Described.Resource(TrainingReceipt.FileName, receipt.ComputeDigest())),
            },
        }));
    }

    private static IEnumerable<JsonNode> Files(string purpose, IReadOnlyList<TrainingData> data) =>
        data.Select((file, i) => Described.Resource(FormattableString.Invariant($"{purpose}/{i}/{file.Name}"), file.Sha256));

    private static JsonNode? Json<T>(T value) => JsonNode.Parse(RecordJson.Canonical(value));
}
