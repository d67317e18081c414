using System.Text.Json;
using System.Text.Json.Serialization;
using Loragate.Artifacts.Json;

namespace Loragate.Artifacts.Records;

/// <summary>How records become JSON and back: camelCase names, enums as camelCase words, null left out, nothing unknown accepted.</summary>
public static class RecordJson
{
    /// <summary>The options of every record.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = StrictJson.MaxDepth,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>The canonical bytes (RFC 8785) of a value.</summary>
    public static byte[] Canonical<T>(T value) => CanonicalJson.Serialize(value, Options);
}
