using System.Text.Json;
using Json.Schema;
using Loragate.Testing;

namespace Loragate.Governance.Reports;

/// <summary>A published JSON schema (see Schemas/README.md) with the schemas that it refers to.</summary>
internal static class PublishedSchema
{
    private static readonly Lazy<JsonSchema> Bom = new(() => Load("bom-1.6.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json", "spdx.SNAPSHOT.schema.json"));
    private static readonly Lazy<JsonSchema> Sarif = new(() => Load("sarif-2.1.0-rtm.5.json"));

    public static IReadOnlyList<string> FaultsOfBom(byte[] json) => Faults(Bom.Value, json);

    public static IReadOnlyList<string> FaultsOfSarif(byte[] json) => Faults(Sarif.Value, json);

    private static List<string> Faults(JsonSchema schema, byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var result = schema.Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
        return result.IsValid ? [] : ["not valid", .. (result.Details ?? []).SelectMany(detail => detail.Errors?.Select(error => $"{detail.InstanceLocation}: {error.Value}") ?? [])];
    }

    private static JsonSchema Load(string file, params string[] references)
    {
        foreach (var reference in references)
            SchemaRegistry.Global.Register(new Uri($"http://cyclonedx.org/schema/{reference}"), Read(reference));
        return Read(file);
    }

    private static JsonSchema Read(string file) => JsonSchema.FromText(File.ReadAllText(Repository.PathTo("tests", "Governance.Tests", "Reports", "Schemas", file))
        .Replace("http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-07/schema#", StringComparison.Ordinal)
        .Replace("\"id\": \"https://raw.", "\"$id\": \"https://raw.", StringComparison.Ordinal));
}
