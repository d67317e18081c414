using System.Globalization;
using System.Text;
using Decoder = Loragate.EvalHarness.Tokenizers.Decoders.Decoder;

namespace Loragate.EvalHarness.Tokenizers.SentencePiece;

/// <summary>SentencePiece's decoding (src/sentencepiece_processor.cc): bytes to text, blanks back, the one before the text gone.</summary>
internal sealed class SentencePieceDecoder(SentencePieceModel model) : Decoder
{
    private readonly Dictionary<string, PieceKind> _kinds = model.Pieces.ToDictionary(p => p.Text, p => p.Kind, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override List<string> Decode(List<string> tokens)
    {
        var text = new StringBuilder();
        var bytes = new List<byte>();
        var begun = false;
        foreach (var token in tokens)
        {
            var kind = _kinds[token];
            if (kind == PieceKind.Byte)
            {
                bytes.Add(byte.Parse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                continue;
            }
            Flush(bytes, text);
            begun |= text.Length > 0;
            var losesBlank = !begun && kind == PieceKind.Normal && token.StartsWith(SentencePieceNormalizer.Blank) && (model.AddsPrefix || model.RemovesExtraBlanks);
            begun |= losesBlank && !model.RemovesExtraBlanks;
            text.Append(kind switch
            {
                PieceKind.Control => "",
                PieceKind.Unknown => model.UnknownSurface,
                _ => (losesBlank ? token[1..] : token).Replace(SentencePieceNormalizer.Blank, ' '),
            });
        }
        Flush(bytes, text);
        return [text.ToString()];
    }

    /// <summary>Bytes that begin no character become one U+FFFD each.</summary>
    private static void Flush(List<byte> bytes, StringBuilder text)
    {
        var rest = bytes.ToArray().AsSpan();
        while (rest.Length > 0)
        {
            var isCharacter = Rune.DecodeFromUtf8(rest, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            text.Append(rune);
            rest = rest[(isCharacter ? length : 1)..];
        }
        bytes.Clear();
    }
}
