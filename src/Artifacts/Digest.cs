using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Loragate.Artifacts.Folders;

namespace Loragate.Artifacts;

/// <summary>A SHA-256 digest, written as 64 lower-case hexadecimal digits.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct Digest : IComparable<Digest>
{
    private const int HexLength = 64;
    private const int AbbreviatedLength = 12;
    private const int BlockBytes = 1 << 20;
    private readonly string? _hex;

    private Digest(string hex) => _hex = hex;

    /// <summary>Reads bytes from a position on; returns how many, 0 at the end.</summary>
    public delegate int ReadBlock(long position, Span<byte> block);

    /// <summary>Takes bytes that begin at a position.</summary>
    public delegate void PassBlock(long position, ReadOnlySpan<byte> block);

    /// <summary>The 64 lower-case hexadecimal digits.</summary>
    public string Hex => _hex ?? throw new InvalidOperationException("This digest was never computed.");

    /// <summary>The first twelve digits, for people.</summary>
    public string Abbreviated => Hex[..AbbreviatedLength];

    /// <summary>The 32 bytes.</summary>
    public byte[] ToBytes() => Convert.FromHexString(Hex);

    /// <summary>Writes the 32 bytes into the beginning of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException">It is shorter than that.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (Convert.FromHexString(Hex, destination, out _, out _) != OperationStatus.Done)
            throw new ArgumentException($"A SHA-256 digest has {SHA256.HashSizeInBytes} bytes.", nameof(destination));
    }

    /// <summary>The SHA-256 of <paramref name="data"/> (FIPS 180-4).</summary>
    public static Digest Of(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(data, hash);
        return FromBytes(hash);
    }

    /// <summary>The SHA-256 of a whole file, read in blocks.</summary>
    /// <exception cref="FolderException">A device, pipe or socket, or a link to one.</exception>
    public static Digest OfFile(string path, CancellationToken cancellationToken = default)
    {
        PlainFile.CheckTarget(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        return OfBlocks((_, block) => stream.Read(block), cancellationToken);
    }

    /// <summary>The SHA-256 of all that <paramref name="read"/> gives, block after block.</summary>
    /// <param name="read">Reads from a position on.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <param name="passOn">Takes each block with its position, once it is hashed.</param>
    public static Digest OfBlocks(ReadBlock read, CancellationToken cancellationToken, PassBlock? passOn = null)
    {
        ArgumentNullException.ThrowIfNull(read);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var rented = ArrayPool<byte>.Shared.Rent(BlockBytes);
        var block = rented.AsSpan(0, BlockBytes);
        var position = 0L;
        while (read(position, block) is > 0 and var count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(block[..count]);
            passOn?.Invoke(position, block[..count]);
            position += count;
        }
        ArrayPool<byte>.Shared.Return(rented);
        return FromHash(hash);
    }

    /// <summary>The digest that 32 bytes spell.</summary>
    public static Digest FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == SHA256.HashSizeInBytes
            ? new Digest(Convert.ToHexStringLower(bytes))
            : throw new ArgumentException($"A SHA-256 digest has {SHA256.HashSizeInBytes} bytes, not {bytes.Length}.", nameof(bytes));

    /// <summary>The digest of all that was appended to <paramref name="hash"/>, which starts anew.</summary>
    public static Digest FromHash(IncrementalHash hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(bytes);
        return FromBytes(bytes);
    }

    /// <summary>Reads 64 lower-case hexadecimal digits; upper case, blanks and prefixes are refused.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest)
            ? digest
            : throw new FormatException($"'{text}' is not a SHA-256 digest of {HexLength} lower-case hexadecimal digits.");

    /// <summary>Reads 64 lower-case hexadecimal digits, or says no.</summary>
    public static bool TryParse(string? text, out Digest digest)
    {
        var valid = text is { Length: HexLength } && text.All(char.IsAsciiHexDigitLower);
        digest = valid ? new Digest(text!) : default;
        return valid;
    }

    /// <summary>Whether a text may be the beginning of a digest, at least as long as <see cref="Abbreviated"/>.</summary>
    public static bool IsAbbreviation(string? text) => text is { Length: >= AbbreviatedLength and < HexLength } && text.All(char.IsAsciiHexDigitLower);

    /// <inheritdoc/>
    public int CompareTo(Digest other) => string.CompareOrdinal(_hex, other._hex);

    /// <inheritdoc/>
    public override string ToString() => Hex;

    /// <summary>Byte order of the digests.</summary>
    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;

    /// <summary>Byte order of the digests.</summary>
    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;

    /// <summary>Byte order of the digests.</summary>
    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;

    /// <summary>Byte order of the digests.</summary>
    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;

    private sealed class Converter : JsonConverter<Digest>
    {
        public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), out var digest) ? digest : throw new JsonException("not a SHA-256 digest");

        public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Hex);
    }
}
