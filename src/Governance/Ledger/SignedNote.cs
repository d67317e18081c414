using System.Buffers.Binary;
using System.Text;
using Loragate.Artifacts;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Ledger;

/// <summary>A signed note (C2SP signed-note): text, an empty line, signature lines.</summary>
/// <param name="Text">The signed text with its final line feed.</param>
/// <param name="Signatures">The signatures, none of them checked yet.</param>
public sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    internal const int MaxBytes = 1 << 20;

    private const int MaxSignatures = 100;
    private const string Separator = "\n\n";
    private const string Advice = "Fetch it again from its source, byte for byte.";
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a note.</summary>
    /// <exception cref="LedgerException">Not UTF-8, control characters, no signature, or text around the parts.</exception>
    public static SignedNote Parse(ReadOnlySpan<byte> note, string place)
    {
        var all = Decode(note, place);
        var split = all.LastIndexOf(Separator, StringComparison.Ordinal);
        if (all.FirstOrDefault(c => c is < ' ' and not '\n', '\n') is var control and not '\n')
            throw new LedgerException(place, $"the control character 0x{(int)control:X2}", Advice);
        if (split < 0 || !all.EndsWith('\n'))
            throw new LedgerException(place, "not a signed note (text, empty line, signature lines, each ended by a line feed)", Advice);
        var lines = all[(split + Separator.Length)..].Split('\n')[..^1];
        return lines.Length is > 0 and <= MaxSignatures
            ? new SignedNote(all[..(split + 1)], [.. lines.Select(line => ParseSignature(line, place))])
            : throw new LedgerException(place, $"{lines.Length} signatures where 1 to {MaxSignatures} are read", Advice);
    }

    /// <summary>Signs a text.</summary>
    /// <param name="text">The text; it ends in a line feed.</param>
    /// <param name="name">The signer's name.</param>
    /// <param name="key">The key.</param>
    public static SignedNote Sign(string text, string name, LedgerKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new SignedNote(text, [new NoteSignature(name, key.VerifierFor(name).KeyId, key.Sign(Utf8.GetBytes(text)))]);
    }

    /// <summary>Cosigns a checkpoint's text at a time (C2SP tlog-cosignature, cosignature/v1): the time in seconds since 1970 as a big-endian 64-bit number, then the signature.</summary>
    /// <param name="text">The checkpoint's text.</param>
    /// <param name="name">The witness's name.</param>
    /// <param name="key">Its key.</param>
    /// <param name="time">When.</param>
    public static NoteSignature Cosign(string text, string name, LedgerKey key, DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(key);
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)time.ToUnixTimeSeconds());
        return new NoteSignature(name, key.CosignerFor(name).KeyId, (byte[])[.. bytes, .. key.Sign(LedgerVerifier.CosignedText(Utf8.GetBytes(text), bytes))]);
    }

    /// <summary>The note with one signature more, or with a newer one of the same key.</summary>
    public SignedNote With(NoteSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        return this with { Signatures = [.. Signatures.Where(other => other.Name != signature.Name || other.KeyId != signature.KeyId), signature] };
    }

    /// <summary>The known keys that signed, in the order of <paramref name="known"/>. Signatures of unknown keys are ignored.</summary>
    /// <exception cref="IntegrityException">No known key signed, or the signature of a known key is wrong.</exception>
    public IReadOnlyList<LedgerVerifier> SignedBy(IReadOnlyList<LedgerVerifier> known, string place)
    {
        var text = Utf8.GetBytes(Text);
        var signers = known.Where(key => Signatures.Any(signature => IsOf(signature, key))).ToList();
        foreach (var signature in Signatures)
        {
            if (signers.Find(key => IsOf(signature, key)) is { } key && !key.Verify(text, signature.Bytes.Span))
                throw new IntegrityException(place, $"the signature of {key.Name} does not belong to this text");
        }
        return signers.Count > 0
            ? signers
            : throw new IntegrityException(place, $"not signed by {string.Join(" or ", known)}, but by {string.Join(", ", Signatures.Select(s => $"{s.Name}+{s.KeyId:x8}"))}");
    }

    /// <summary>The note's bytes.</summary>
    public byte[] ToBytes() => Utf8.GetBytes($"{Text}\n{string.Concat(Signatures.Select(signature => $"{signature}\n"))}");

    private static string Decode(ReadOnlySpan<byte> note, string place)
    {
        if (note.Length > MaxBytes)
            throw new LedgerException(place, $"{note.Length} bytes where a note has at most {MaxBytes}", Advice);
        try
        {
            return Utf8.GetString(note);
        }
        catch (DecoderFallbackException e)
        {
            throw new LedgerException(place, "not UTF-8", Advice, e);
        }
    }

    private static NoteSignature ParseSignature(string line, string place)
    {
        var parts = line.StartsWith(NoteSignature.Dash, StringComparison.Ordinal) ? line[NoteSignature.Dash.Length..].Split(' ') : [];
        return parts is [var name, var text] && LedgerVerifier.IsName(name) && Base64.Decode(text) is { Length: > sizeof(uint) } bytes
            ? new NoteSignature(name, BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes.AsMemory(sizeof(uint)))
            : throw new LedgerException(place, "a signature line is not '— name base64'", Advice);
    }

    internal static bool IsOf(NoteSignature signature, LedgerVerifier key) => signature.Name == key.Name && signature.KeyId == key.KeyId;
}
