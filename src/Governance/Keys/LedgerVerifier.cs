using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Loragate.Artifacts;
using NSec.Cryptography;

namespace Loragate.Governance.Keys;

/// <summary>
/// A public key of a log or of a witness, as a vkey: "name+id+base64(type‖key)" (C2SP signed-note §Verifier keys).
/// Types: 0x01 Ed25519 over the text, 0x04 a timestamped cosignature (C2SP tlog-cosignature).
/// </summary>
public sealed class LedgerVerifier
{
    internal const byte Ed25519 = 0x01;
    internal const byte Cosignature = 0x04;

    private const int KeyLength = 32;
    private const int TimeLength = 8;
    private const string Advice = "Give the log's vkey exactly as it was published.";
    private readonly byte _type;
    private readonly byte[] _key;

    private LedgerVerifier(string name, byte type, byte[] key)
    {
        (Name, _type, _key) = (name, type, key);
        KeyId = ComputeKeyId(name, [type, .. key]);
    }

    /// <summary>The name of the log or witness.</summary>
    public string Name { get; }

    /// <summary>The first four bytes of SHA-256(name ‖ "\n" ‖ type ‖ key), big-endian.</summary>
    public uint KeyId { get; }

    /// <summary>Whether this key signs checkpoints as a log, not as a witness.</summary>
    public bool IsLog => _type == Ed25519;

    /// <summary>The key itself: two names may share one.</summary>
    internal Digest PublicKey => Digest.Of(_key);

    /// <summary>Reads a vkey.</summary>
    /// <param name="vkey">The text, without white space around it.</param>
    /// <param name="place">Where it came from, for messages.</param>
    /// <exception cref="KeyException">Not a vkey, an unknown type, or a key id that belongs to another key.</exception>
    public static LedgerVerifier Parse(string vkey, string place)
    {
        ArgumentNullException.ThrowIfNull(vkey);
        var parts = vkey.Split('+', 3);
        if (parts.Length != 3 || !IsName(parts[0]) || parts[1].Length != 8 || !parts[1].All(char.IsAsciiHexDigit))
            throw new KeyException(place, "not a vkey of the form name+id+key", Advice);
        var data = Base64.Decode(parts[2]) ?? throw new KeyException(place, "the key of the vkey is not base64", Advice);
        if (data is not [Ed25519 or Cosignature, ..])
            throw new KeyException(place, "a vkey of an unknown type", "Types 0x01 (Ed25519) and 0x04 (cosignature) are known.");
        if (data.Length != 1 + KeyLength)
            throw new KeyException(place, $"a key of {data.Length - 1} bytes where {KeyLength} were expected", Advice);
        var verifier = new LedgerVerifier(parts[0], data[0], data[1..]);
        return verifier.KeyId == uint.Parse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            ? verifier
            : throw new KeyException(place, "the vkey's id belongs to another name or key", Advice);
    }

    /// <summary>Reads a file that holds one vkey and a line feed.</summary>
    /// <exception cref="KeyException">See <see cref="Parse"/>.</exception>
    public static LedgerVerifier Read(string path) => Parse(KeyFile.ReadText(path).TrimEnd('\n', '\r'), path);

    /// <summary>Whether a name can stand in a vkey and in a note: not empty, no white space, no plus sign (C2SP signed-note).</summary>
    public static bool IsName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length > 0 && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c) || c is '+');
    }

    /// <summary>Whether <paramref name="signature"/> (without the key id) over a note's text was made by this key.</summary>
    /// <returns>False for a wrong or malformed signature; never an exception.</returns>
    public bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature)
    {
        var key = NSec.Cryptography.PublicKey.Import(SignatureAlgorithm.Ed25519, _key, KeyBlobFormat.RawPublicKey);
        if (IsLog)
            return SignatureAlgorithm.Ed25519.Verify(key, text, signature);
        if (signature.Length <= TimeLength)
            return false;
        return SignatureAlgorithm.Ed25519.Verify(key, CosignedText(text, signature[..TimeLength]), signature[TimeLength..]);
    }

    /// <summary>The vkey.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}+{KeyId:x8}+{Convert.ToBase64String([_type, .. _key])}");

    internal static LedgerVerifier Create(string name, byte type, byte[] key) =>
        IsName(name) ? new LedgerVerifier(name, type, key) : throw new ArgumentException($"'{name}' is no name for a log: no white space, no plus sign.", nameof(name));

    /// <summary>What a witness signs of a checkpoint's text at a time, which is given as a big-endian 64-bit number of seconds.</summary>
    internal static byte[] CosignedText(ReadOnlySpan<byte> text, ReadOnlySpan<byte> time) =>
        [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {BinaryPrimitives.ReadUInt64BigEndian(time)}\n")), .. text];

    private static uint ComputeKeyId(string name, ReadOnlySpan<byte> typeAndKey)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', .. typeAndKey], hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash);
    }
}
