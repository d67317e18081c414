using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Json;
using Loragate.Artifacts.Records;

namespace Loragate.Governance.Signing;

/// <summary>An in-toto statement v1: what is said (predicate) about which bytes (subjects).</summary>
/// <param name="Subjects">At least one.</param>
/// <param name="PredicateType">A URI.</param>
/// <param name="Predicate">A JSON object that follows the predicate type.</param>
public sealed record Statement(IReadOnlyList<Subject> Subjects, string PredicateType, JsonElement Predicate)
{
    /// <summary>The statement's type.</summary>
    public const string Type = "https://in-toto.io/Statement/v1";

    /// <summary>The DSSE payload type of statements.</summary>
    public const string PayloadType = "application/vnd.in-toto+json";

    /// <summary>Reads a statement: strict JSON, exactly the members of the schema, subjects with a name and a SHA-256.</summary>
    /// <exception cref="SignatureException">Anything else.</exception>
    public static Statement Parse(ReadOnlyMemory<byte> utf8, string place)
    {
        try
        {
            using var document = StrictJson.Parse(utf8, place);
            return FromJson(new JsonFields(document.RootElement, place, SignatureFault.MalformedStatement));
        }
        catch (JsonFormatException e)
        {
            throw new SignatureException(SignatureFault.MalformedStatement, place, e.Fault, e);
        }
    }

    /// <summary>The statement as canonical JSON (RFC 8785).</summary>
    public byte[] ToBytes() => RecordJson.Canonical(new JsonObject
    {
        ["_type"] = Type,
        ["subject"] = new JsonArray([.. Subjects.Select(ToJson)]),
        ["predicateType"] = PredicateType,
        ["predicate"] = JsonSerializer.SerializeToNode(Predicate),
    });

    private static Statement FromJson(JsonFields fields)
    {
        fields.Only("_type", "subject", "predicateType", "predicate");
        if (fields.Text("_type") is var type && type != Type)
            throw fields.Refuse($"type '{type}' where '{Type}' was expected");
        var subjects = fields.Objects("subject");
        return subjects.Count > 0
            ? new Statement([.. subjects.Select(ParseSubject)], fields.Text("predicateType"), fields.Required("predicate", JsonValueKind.Object).Clone())
            : throw fields.Refuse("no subject");
    }

    private static Subject ParseSubject(JsonFields fields)
    {
        fields.Only("name", "digest");
        var name = fields.Text("name");
        var hex = fields.Object("digest").Only("sha256").Text("sha256");
        return name.Length > 0 && Digest.TryParse(hex, out var digest)
            ? new Subject(name, digest)
            : throw fields.Refuse("a subject needs a name and a SHA-256 of 64 lower-case hexadecimal digits");
    }

    private static JsonNode ToJson(Subject subject) =>
        new JsonObject { ["name"] = subject.Name, ["digest"] = new JsonObject { ["sha256"] = subject.Sha256.Hex } };
}
