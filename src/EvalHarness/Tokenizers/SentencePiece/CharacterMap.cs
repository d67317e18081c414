using System.Buffers.Binary;

namespace Loragate.EvalHarness.Tokenizers.SentencePiece;

/// <summary>
/// SentencePiece's compiled replacements: a double-array trie (Yata's darts-clone) over UTF-8, and the texts that its leaves point to, each
/// ended by a NUL.
/// </summary>
internal sealed class CharacterMap
{
    private readonly uint[] _units;
    private readonly byte[] _texts;

    private CharacterMap(uint[] units, byte[] texts) => (_units, _texts) = (units, texts);

    /// <summary>Reads the blob; null where it is empty.</summary>
    public static CharacterMap? Parse(ReadOnlySpan<byte> blob, string place)
    {
        if (blob.IsEmpty)
            return null;
        if (blob.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(blob) is var size && (size == 0 || size % 4 != 0 || size > (uint)blob.Length - 4))
            throw new TokenizerException(place, "the size of the trie does not fit the blob", "Restore the file as SentencePiece wrote it.");
        var units = new uint[size / 4];
        for (var i = 0; i < units.Length; i++)
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(blob[(4 + (4 * i))..]);
        return new CharacterMap(units, blob[(4 + (int)size)..].ToArray());
    }

    /// <summary>The longest replaced beginning of <paramref name="input"/>, in bytes, and its replacement; 0 where there is none.</summary>
    public int Match(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> replacement)
    {
        replacement = default;
        var longest = 0;
        var node = Offset(_units[0]);
        for (var i = 0; i < input.Length; i++)
        {
            node ^= input[i];
            if (node >= _units.Length || Label(_units[node]) != input[i])
                break;
            var unit = _units[node];
            node ^= Offset(unit);
            if (HasLeaf(unit) && node < _units.Length && Value(_units[node]) is var start && start < (uint)_texts.Length)
            {
                longest = i + 1;
                var text = _texts.AsSpan((int)start);
                replacement = text[..(text.IndexOf((byte)0) is >= 0 and var end ? end : text.Length)];
            }
        }
        return longest;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1u << 9)) >> 6);

    private static uint Label(uint unit) => unit & ((1u << 31) | 0xFF);

    private static bool HasLeaf(uint unit) => ((unit >> 8) & 1) == 1;

    private static uint Value(uint unit) => unit & ((1u << 31) - 1);
}
