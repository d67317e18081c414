using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Json;
using Loragate.Artifacts.Records;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Signing;

/// <summary>
/// The gate's signature over a record of a dossier, so that a planted record is never reused: a statement whose one subject is
/// the record by its SHA-256, named by its schema. Format: docs/formats/signatures.v1.md.
/// </summary>
public static class RecordSignature
{
    /// <summary>The predicate type.</summary>
    public const string PredicateType = "urn:loragate:record:v1";

    private const string Schema = "schema";

    /// <summary>Signs a record.</summary>
    /// <returns>The bundle, to lie beside the record.</returns>
    public static byte[] Sign(Record record, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(record);
        return Attestation.Sign(new Statement([new Subject(record.Schema, record.ComputeDigest())], PredicateType, Predicate(record.Schema)), key);
    }

    /// <summary>Whether <paramref name="key"/> signed exactly these bytes as a record of the schema that they name.</summary>
    /// <param name="record">The bytes of the record, whole.</param>
    /// <param name="signature">The bytes of the bundle, whole.</param>
    /// <param name="key">The only key that is trusted.</param>
    /// <param name="place">The record's file, for messages.</param>
    public static VerificationResult Verify(ReadOnlyMemory<byte> record, ReadOnlyMemory<byte> signature, VerificationKey key, string place)
    {
        var result = Attestation.Verify(signature, key, PredicateType, place);
        return result is { IsValid: true, Statement: { } statement } && Mismatch(record, statement) is { } message
            ? result with { Findings = [new VerificationFinding(SignatureFault.OtherSubject, place, message)] }
            : result;
    }

    private static string? Mismatch(ReadOnlyMemory<byte> record, Statement statement)
    {
        if (statement.Subjects is not [var subject] || !JsonElement.DeepEquals(statement.Predicate, Predicate(subject.Name)))
            return "the signature is not one over a record";
        if (Digest.Of(record.Span) is var found && found != subject.Sha256)
            return $"the record's SHA-256 is {found}, signed was {subject.Sha256}";
        return SchemaOf(record) is var schema && schema == subject.Name ? null : $"the record is a '{schema}', signed was a '{subject.Name}'";
    }

    private static JsonElement Predicate(string schema) => JsonSerializer.SerializeToElement(new JsonObject { [Schema] = schema });

    private static string? SchemaOf(ReadOnlyMemory<byte> record)
    {
        if (!StrictJson.TryParse(record, out var document))
            return null;
        using (document)
            return document!.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty(Schema, out var schema) && schema.ValueKind == JsonValueKind.String
                ? schema.GetString()
                : null;
    }
}
