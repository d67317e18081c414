using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Statements;

/// <summary>How a merged checkpoint was made, as SLSA provenance v1 (docs/formats/attestations.v1.md); a pure function of the merge receipt.</summary>
public static class MergeProvenance
{
    /// <summary>The predicate type.</summary>
    public const string PredicateType = "https://slsa.dev/provenance/v1";

    /// <summary>The build type: what parameters and dependencies mean.</summary>
    public const string BuildType = "urn:loragate:merge:v1";

    private const string Builder = "urn:loragate:merge";
    private const string Weights = "#weights";
    private const string BaseWeights = "base/" + Weights;
    private const string JudgedAdapter = "adapters/0/";

    /// <summary>The statement to sign.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="file">Its file in the dossier.</param>
    public static Statement Of(MergeReceipt receipt, string file)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        Subject[] subjects = [new(Weights, receipt.Output.WeightsDigest), .. Attestation.SubjectsOf(receipt.Files)];
        return new Statement(subjects, PredicateType, JsonSerializer.SerializeToElement(new JsonObject
        {
            ["buildDefinition"] = new JsonObject
            {
                ["buildType"] = BuildType,
                ["externalParameters"] = new JsonObject
                {
                    ["base"] = receipt.Base.Name,
                    ["adapters"] = new JsonArray([.. receipt.Adapters.Select(applied => new JsonObject { ["name"] = applied.Adapter.Name, ["weight"] = applied.Weight })]),
                    ["dtype"] = receipt.DType,
                },
                ["internalParameters"] = new JsonObject { ["procedure"] = receipt.Engine.Procedure, ["device"] = receipt.Engine.Device },
                ["resolvedDependencies"] = new JsonArray(
                [
                    Described.Resource(BaseWeights, receipt.Base.WeightsDigest),
                    Described.Resource("base/config.json", receipt.Base.ConfigDigest),
                    .. receipt.Adapters.SelectMany((applied, i) => applied.Adapter.Files.Select(part => Described.Resource(FormattableString.Invariant($"adapters/{i}/{part.Path}"), part.Sha256))),
                ]),
            },
            ["runDetails"] = new JsonObject
            {
                ["builder"] = new JsonObject { ["id"] = Builder, ["version"] = new JsonObject { ["loragate"] = receipt.Engine.Version } },
                ["metadata"] = new JsonObject(),
                ["byproducts"] = new JsonArray(Described.Resource(file, receipt.ComputeDigest())),
            },
        }));
    }

    /// <summary>Why a statement is not about the merge that a verdict rests on; null where it is.</summary>
    /// <param name="statement">A statement of this type whose signature held.</param>
    /// <param name="judgement">The verdict.</param>
    /// <param name="adapter">The files of the judged adapter.</param>
    /// <param name="place">The file, for messages.</param>
    /// <exception cref="SignatureException">It does not follow the format.</exception>
    public static string? Fault(Statement statement, Judgement judgement, IEnumerable<FileEntry> adapter, string place)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentNullException.ThrowIfNull(judgement);
        var definition = new JsonFields(statement.Predicate, $"{place}, predicate", SignatureFault.MalformedStatement).Only("buildDefinition", "runDetails")
            .Object("buildDefinition").Only("buildType", "externalParameters", "internalParameters", "resolvedDependencies");
        if (definition.Text("buildType") is var type && type != BuildType)
            return $"a build of the type '{type}'";
        var dependencies = definition.Objects("resolvedDependencies").Select(Described.Read).ToList();
        if (!dependencies.Where(one => one.Name == BaseWeights).Select(one => one.Sha256).SequenceEqual(judgement.Base is { } judged ? [judged] : []))
            return "it merged another base than the verdict's";
        var merged = dependencies.Where(one => one.Name.StartsWith("adapters/", StringComparison.Ordinal)).ToHashSet();
        return merged.SetEquals(adapter.Select(file => new Subject(JudgedAdapter + file.Path, file.Sha256))) ? null : "it merged other files than the adapter's";
    }
}
