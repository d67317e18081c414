using System.Text.Json;
using System.Text.Json.Serialization;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;

namespace Loragate.Artifacts.Records;

/// <summary>
/// What a stage returns: immutable, canonical JSON (RFC 8785) with a schema name, and the digests of all that it was made from.
/// Its SHA-256 is its name. Formats: docs/formats/records.v1.md.
/// </summary>
public abstract record Record
{
    private const int MaxBytes = 512 << 20;

    /// <summary>The schema name and version, "loragate.NAME/1".</summary>
    [JsonPropertyOrder(-1)]
    public abstract string Schema { get; }

    /// <summary>The canonical bytes.</summary>
    public byte[] ToCanonicalJson()
    {
        using var written = WriteCanonical();
        return written.Written.ToArray();
    }

    /// <summary>The record's name: SHA-256 of its canonical bytes.</summary>
    public Digest ComputeDigest()
    {
        using var written = WriteCanonical();
        return Digest.Of(written.Written);
    }

    /// <summary>Reads a record; the bytes must be exactly what <see cref="ToCanonicalJson"/> would write.</summary>
    /// <param name="utf8">The bytes, whole.</param>
    /// <param name="place">The file, for messages.</param>
    /// <exception cref="RecordException">Another schema, unknown or missing fields, or another form of the same JSON.</exception>
    public static T Parse<T>(ReadOnlyMemory<byte> utf8, string place)
        where T : Record =>
        TryReadCanonical<T>(utf8.Span) ?? ReadStrictly<T>(utf8, place);

    /// <summary>
    /// Reads what a record wrote: bytes that a record gives again are strict JSON in canonical form with this record's schema, whatever else would have to be asked of them. null says only that
    /// they are not.
    /// </summary>
    private static T? TryReadCanonical<T>(ReadOnlySpan<byte> utf8)
        where T : Record
    {
        try
        {
            if (JsonSerializer.Deserialize<T>(utf8, RecordJson.Options) is not { } record)
                return null;
            using var written = record.WriteCanonical();
            return written.Written.SequenceEqual(utf8) ? record : null;
        }
        catch (Exception e) when (IsFaultOfRecord(e))
        {
            return null;
        }
    }

    /// <summary>Reads step by step, to say what is wrong.</summary>
    private static T ReadStrictly<T>(ReadOnlyMemory<byte> utf8, string place)
        where T : Record
    {
        try
        {
            using var document = StrictJson.Parse(utf8, place);
            var record = document.RootElement.Deserialize<T>(RecordJson.Options) ?? throw new JsonException("null");
            if (document.RootElement.GetProperty("schema").GetString() != record.Schema)
                throw new RecordException(place, $"schema '{document.RootElement.GetProperty("schema")}' where '{record.Schema}' was expected");
            return record.ToCanonicalJson().AsSpan().SequenceEqual(utf8.Span)
                ? record
                : throw new RecordException(place, "not in canonical form (RFC 8785)");
        }
        catch (Exception e) when (IsFaultOfRecord(e) || e is JsonFormatException)
        {
            throw new RecordException(place, $"not a {typeof(T).Name} record ({e.Message.TrimEnd('.')})", e);
        }
    }

    /// <summary>What reading or writing throws of values that a record cannot hold; a record's own properties throw some of them.</summary>
    private static bool IsFaultOfRecord(Exception e) =>
        e is JsonException or InvalidOperationException or ArgumentException or FormatException or OverflowException or KeyNotFoundException or NotSupportedException;

    /// <summary>Reads a record file.</summary>
    /// <exception cref="RecordException">See <see cref="Parse{T}"/>.</exception>
    /// <exception cref="FolderException">What is at its end, or at the end of a link, is no plain file.</exception>
    public static T ReadFile<T>(string path)
        where T : Record
    {
        PlainFile.CheckTarget(path);
        using var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        if (length > MaxBytes)
            throw new RecordException(path, $"larger than {MaxBytes} bytes");
        var bytes = new byte[length];
        return Parse<T>(bytes.AsMemory(0, RandomAccess.Read(file, bytes, 0)), path);
    }

    private PooledBytes WriteCanonical() => CanonicalJson.Write(this, GetType(), RecordJson.Options);
}
