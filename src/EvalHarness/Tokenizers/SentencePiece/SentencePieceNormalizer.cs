using System.Text;
using Loragate.EvalHarness.Tokenizers.Normalizers;

namespace Loragate.EvalHarness.Tokenizers.SentencePiece;

/// <summary>
/// SentencePiece's normalizer (src/normalizer.cc): at each place the longest replacement, blanks visible as U+2581, one before the text; extra
/// blanks go where the model says so.
/// </summary>
internal sealed class SentencePieceNormalizer(CharacterMap? characters, bool addsPrefix, bool removesExtraBlanks) : Normalizer
{
    /// <summary>A blank as pieces spell it.</summary>
    public const char Blank = '\u2581';

    /// <inheritdoc/>
    public override bool CanRemove => true;

    /// <inheritdoc/>
    public override string Normalize(string text)
    {
        var input = Encoding.UTF8.GetBytes(text).AsSpan();
        while (removesExtraBlanks && input.Length > 0 && Prefix(input, out var prefix) is var length && prefix.SequenceEqual(" "u8))
            input = input[length..];
        if (input.IsEmpty)
            return "";
        var result = new List<byte>(input.Length + 3);
        if (addsPrefix)
            result.Add((byte)' ');
        var afterBlank = removesExtraBlanks;
        while (input.Length > 0)
        {
            input = input[Prefix(input, out var prefix)..];
            if (afterBlank)
                prefix = prefix.TrimStart((byte)' ');
            result.AddRange(prefix);
            if (prefix.Length > 0)
                afterBlank = removesExtraBlanks && prefix[^1] == ' ';
        }
        var spelled = Encoding.UTF8.GetString([.. result]).Replace(' ', Blank);
        return removesExtraBlanks ? spelled.TrimEnd(Blank) : spelled;
    }

    /// <summary>The first replaced part, or the first character: its length in the input and what it becomes.</summary>
    private int Prefix(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> becomes)
    {
        if (characters?.Match(input, out becomes) is > 0 and var length)
            return length;
        _ = Rune.DecodeFromUtf8(input, out _, out var consumed);
        becomes = input[..consumed];
        return consumed;
    }
}
