using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Loragate.Artifacts.Json;

namespace Loragate.Artifacts.Records;

/// <summary>How records become JSON and back: camelCase names, enums as camelCase words, null left out, nothing unknown and no null in a list accepted.</summary>
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
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { AllowAbsentNulls, RefuseNullElements } },
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>The canonical bytes (RFC 8785) of a value.</summary>
    public static byte[] Canonical<T>(T value) => CanonicalJson.Serialize(value, Options);

    /// <summary>null is left out when writing, so what may be null must not be required when reading.</summary>
    private static void AllowAbsentNulls(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            var mayBeNull = Nullable.GetUnderlyingType(property.PropertyType) is not null || (!property.PropertyType.IsValueType && property.IsSetNullable);
            if (mayBeNull)
                property.IsRequired = false;
        }
    }

    /// <summary>No list or map of a record holds a null; annotations say so only to the compiler.</summary>
    private static void RefuseNullElements(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        var lists = type.Properties.Where(property => property.Get is not null && property.PropertyType.IsAssignableTo(typeof(IEnumerable)) && property.PropertyType.GenericTypeArguments is [.., { IsValueType: false }]).ToArray();
        if (lists.Length == 0)
            return;
        var next = type.OnDeserialized;
        type.OnDeserialized = value =>
        {
            next?.Invoke(value);
            if (Array.Find(lists, property => HoldsNull(property.Get!(value))) is { } faulty)
                throw new JsonException($"'{faulty.Name}' holds a null");
        };
    }

    private static bool HoldsNull(object? value) => value switch
    {
        null or string => false,
        IDictionary map => HoldsNull(map.Values),
        IEnumerable values => values.Cast<object?>().Any(element => element is null || HoldsNull(element)),
        _ => false,
    };
}
