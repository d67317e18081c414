using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Statements;

/// <summary>An in-toto ResourceDescriptor with a name and a SHA-256.</summary>
internal static class Described
{
    public static JsonObject Resource(string name, Digest sha256) => new() { ["name"] = name, ["digest"] = new JsonObject { ["sha256"] = sha256.Hex } };

    public static Subject Read(JsonFields fields) => new(fields.Only("name", "digest").Text("name"), fields.Object("digest").Only("sha256").Sha256());
}
