using System.Text;

namespace Loragate.EvalHarness.Tokenizers.SentencePiece;

/// <summary>
/// A <c>tokenizer.model</c> (sentencepiece_model.proto), read strictly: BPE and Unigram over normal, unknown, control and byte pieces.
/// What else the format can say is refused by name.
/// </summary>
internal sealed class SentencePieceModel
{
    private const int UnigramType = 1;
    private const int BpeType = 2;
    private const int MaxPieces = 1 << 22;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _place;
    private readonly List<(string Text, float Score, PieceKind Kind)> _pieces = [];

    private SentencePieceModel(string place) => _place = place;

    /// <summary>The pieces; an id is a place in the list.</summary>
    public IReadOnlyList<(string Text, float Score, PieceKind Kind)> Pieces => _pieces;

    /// <summary>Whether the model is a BPE; otherwise it is a unigram model.</summary>
    public bool IsBpe { get; private set; }

    /// <summary>Whether unknown characters become bytes.</summary>
    public bool ByteFallback { get; private set; }

    /// <summary>What an unknown token is decoded to.</summary>
    public string UnknownSurface { get; private set; } = " \u2047 ";

    /// <summary>Replacements of characters; null for none.</summary>
    public CharacterMap? Characters { get; private set; }

    /// <summary>Whether a blank is put before the text.</summary>
    public bool AddsPrefix { get; private set; } = true;

    /// <summary>Whether blanks at the ends go, and runs of blanks become one.</summary>
    public bool RemovesExtraBlanks { get; private set; } = true;

    /// <summary>The id of the unknown token.</summary>
    public int Unknown { get; private set; } = -1;

    /// <summary>Reads a model.</summary>
    /// <exception cref="TokenizerException">The bytes are no such model, or say something that is not supported.</exception>
    public static SentencePieceModel Parse(ReadOnlySpan<byte> bytes, string place)
    {
        var model = new SentencePieceModel(place);
        var reader = new ProtoReader(bytes, place);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: model.ReadPiece(reader.Bytes()); break;
                case 2: model.ReadTrainer(reader.Bytes()); break;
                case 3: model.ReadNormalizer(reader.Bytes()); break;
                case 5: model.RefuseDenormalizer(reader.Bytes()); break;
                default: reader.Skip(); break;
            }
        }
        model.Check();
        return model;
    }

    private void ReadPiece(ReadOnlySpan<byte> message)
    {
        var place = $"{_place}, piece {_pieces.Count}";
        var reader = new ProtoReader(message, place);
        var (text, score, kind) = ("", 0f, PieceKind.Normal);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: text = Text(reader.Bytes(), place); break;
                case 2: score = reader.Single(); break;
                case 3: kind = (PieceKind)Math.Min(reader.Number(), int.MaxValue); break;
                default: reader.Skip(); break;
            }
        }
        if (!Enum.IsDefined(kind))
            throw new TokenizerException(place, $"pieces of type {(int)kind} are not supported (normal, unknown, control and byte are)");
        if (text.Length == 0 || !float.IsFinite(score))
            throw new TokenizerException(place, "no text, or a score that is not finite");
        if (_pieces.Count == MaxPieces)
            throw new TokenizerException(place, $"more than {MaxPieces} pieces");
        if (kind == PieceKind.Unknown)
            Unknown = Unknown < 0 ? _pieces.Count : throw new TokenizerException(place, "a second unknown token");
        _pieces.Add((text, score, kind));
    }

    private void ReadTrainer(ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message, $"{_place}, trainer_spec");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3: IsBpe = Type(reader.Number()); break;
                case 24: RefuseSet(reader.Number(), "treat_whitespace_as_suffix"); break;
                case 35: ByteFallback = reader.Number() != 0; break;
                case 44: UnknownSurface = Text(reader.Bytes(), $"{_place}, unk_surface"); break;
                default: reader.Skip(); break;
            }
        }
    }

    private void ReadNormalizer(ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message, $"{_place}, normalizer_spec");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2: Characters = CharacterMap.Parse(reader.Bytes(), $"{_place}, precompiled_charsmap"); break;
                case 3: AddsPrefix = reader.Number() != 0; break;
                case 4: RemovesExtraBlanks = reader.Number() != 0; break;
                case 5: RefuseSet(reader.Number() == 0 ? 1UL : 0, "escape_whitespaces = false"); break;
                default: reader.Skip(); break;
            }
        }
    }

    private void RefuseDenormalizer(ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message, $"{_place}, denormalizer_spec");
        while (reader.Next())
        {
            if (reader.Field == 2)
                RefuseSet((ulong)reader.Bytes().Length, "denormalizer_spec");
            else
                reader.Skip();
        }
    }

    private void Check()
    {
        if (Unknown < 0)
            throw new TokenizerException(_place, "there is no unknown token");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (_pieces.FirstOrDefault(p => !seen.Add(p.Text)).Text is { } twice)
            throw new TokenizerException(_place, $"'{twice}' is in the vocabulary twice");
        if (ByteFallback && _pieces.Count(p => p.Kind == PieceKind.Byte) != 256)
            throw new TokenizerException(_place, "byte_fallback is set, and there are not 256 byte pieces");
    }

    private bool Type(ulong type) => type switch
    {
        UnigramType => false,
        BpeType => true,
        _ => throw new TokenizerException(_place, $"the model type {type} is not supported (1, Unigram, and 2, BPE, are)"),
    };

    private void RefuseSet(ulong value, string what)
    {
        if (value != 0)
            throw new TokenizerException(_place, $"'{what}' is not supported");
    }

    private static string Text(ReadOnlySpan<byte> bytes, string place)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new TokenizerException(place, "a text that is no UTF-8", inner: e);
        }
    }
}
