using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Json;
using Loragate.Artifacts.Records;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Signing;

/// <summary>
/// The gate's signature over a record, the run that made it and the place where it was filed, so that a planted, moved or rejuvenated
/// record is never reused: a statement whose subjects are the record and the run by their SHA-256. Format: docs/formats/signatures.v1.md.
/// </summary>
public static class RecordSignature
{
    /// <summary>The predicate type.</summary>
    public const string PredicateType = "urn:loragate:record:v1";

    private const string Schema = "schema";
    private const string Role = "role";

    /// <summary>Signs a record together with its run.</summary>
    /// <param name="record">The record.</param>
    /// <param name="run">The run that made it; a run record vouches for itself.</param>
    /// <param name="role">The file that it is filed under, relative to its folder, with '/' between folders.</param>
    /// <param name="key">The gate's key.</param>
    /// <returns>The bundle, to lie beside the record.</returns>
    public static byte[] Sign(Record record, Run run, string role, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentException.ThrowIfNullOrEmpty(role);
        Subject[] subjects = [new(record.Schema, record.ComputeDigest()), new(run.Schema, run.ComputeDigest())];
        return Attestation.Sign(new Statement(subjects, PredicateType, Predicate(record.Schema, role)), key);
    }

    /// <summary>Whether <paramref name="key"/> signed exactly these bytes, as a record of the schema that they name, made by this run, filed under this name.</summary>
    /// <param name="record">The bytes of the record, whole.</param>
    /// <param name="run">The bytes of its run, whole.</param>
    /// <param name="role">The file that it lies under.</param>
    /// <param name="signature">The bytes of the bundle, whole.</param>
    /// <param name="key">The only key that is trusted.</param>
    /// <param name="place">The record's file, for messages.</param>
    public static VerificationResult Verify(ReadOnlyMemory<byte> record, ReadOnlyMemory<byte> run, string role, ReadOnlyMemory<byte> signature, VerificationKey key, string place)
    {
        var result = Attestation.Verify(signature, key, PredicateType, place);
        return result is { IsValid: true, Statement: { } statement } && Mismatch(record, run, role, statement) is { } message
            ? result with { Findings = [new VerificationFinding(SignatureFault.OtherSubject, place, message)] }
            : result;
    }

    private static string? Mismatch(ReadOnlyMemory<byte> record, ReadOnlyMemory<byte> run, string role, Statement statement)
    {
        if (statement.Subjects is not [var subject, var maker])
            return "the signature is not one over a record and its run";
        if (!JsonElement.DeepEquals(statement.Predicate, Predicate(subject.Name, role)))
            return $"the signature is not one over a record filed as '{role}'";
        if (Digest.Of(record.Span) is var found && found != subject.Sha256)
            return $"the record's SHA-256 is {found}, signed was {subject.Sha256}";
        if (Digest.Of(run.Span) is var ran && ran != maker.Sha256)
            return $"the run that lies beside the record has SHA-256 {ran}, signed was {maker.Sha256}";
        return SchemaOf(record) is var schema && schema == subject.Name ? null : $"the record is a '{schema}', signed was a '{subject.Name}'";
    }

    private static JsonElement Predicate(string schema, string role) => JsonSerializer.SerializeToElement(new JsonObject { [Schema] = schema, [Role] = role });

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
