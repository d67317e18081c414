using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Loragate.Testing;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Loragate.Governance.Tests.Policies;

/// <summary>A JSON Schema that is shipped for editors, and YAML as an editor sees it (YAML 1.2 core schema).</summary>
internal sealed class SchemaFile(string name)
{
    private readonly JsonSchema _schema = JsonSchema.FromFile(Repository.PathTo("policies", name));

    public JsonObject Text { get; } = JsonNode.Parse(File.ReadAllText(Repository.PathTo("policies", name)))!.AsObject();

    public bool Accepts(string yaml) => _schema.Evaluate(JsonSerializer.SerializeToElement(ToJson(yaml))).IsValid;

    /// <summary>The keys of an object at a path of the schema, those of "$ref" included.</summary>
    public IEnumerable<string> KeysAt(params string[] path)
    {
        var at = path.Aggregate((JsonNode)Text, (node, part) => node[part]!);
        IEnumerable<string> own = at["properties"]?.AsObject().Select(property => property.Key) ?? [];
        return at["$ref"] is { } reference ? own.Concat(KeysAt(reference.GetValue<string>()["#/".Length..].Split('/'))) : own;
    }

    private static JsonNode? ToJson(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return ToJson(stream.Documents[0].RootNode);
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, ToJson(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } flag => JsonValue.Create(flag.Value == "true"),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "~" or "null" } => null,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } text } when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new InvalidOperationException("YAML of another kind."),
    };
}
