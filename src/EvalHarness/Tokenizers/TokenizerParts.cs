using Loragate.Artifacts;
using Loragate.EvalHarness.Tokenizers.Decoders;
using Loragate.EvalHarness.Tokenizers.Models;
using Loragate.EvalHarness.Tokenizers.Normalizers;
using Loragate.EvalHarness.Tokenizers.PostProcessors;
using Loragate.EvalHarness.Tokenizers.PreTokenizers;
using Loragate.EvalHarness.Tokenizers.SentencePiece;

namespace Loragate.EvalHarness.Tokenizers;

/// <summary>The steps of a tokenizer, whatever file they were read from.</summary>
internal sealed record TokenizerParts
{
    /// <summary>The file, for messages.</summary>
    public required string Place { get; init; }

    /// <summary>SHA-256 of its bytes.</summary>
    public required Digest Digest { get; init; }

    public required TokenModel Model { get; init; }

    public Normalizer? Normalizer { get; init; }

    public PreTokenizer? PreTokenizer { get; init; }

    public PostProcessor? PostProcessor { get; init; }

    public Decoder? Decoder { get; init; }

    public IReadOnlyList<AddedToken> Added { get; init; } = [];

    /// <summary>Reads the sections of a <c>tokenizer.json</c>.</summary>
    public static TokenizerParts Parse(TokenizerNode root, TokenizerSettings settings, Digest digest)
    {
        var parts = new TokenizerParts
        {
            Place = root.Place,
            Digest = digest,
            Model = TokenModel.Parse(root.Child("model") ?? throw root.Fault("'model' is missing")),
            Normalizer = root.Child("normalizer") is { } normalizer ? Normalizer.Parse(normalizer) : null,
            PreTokenizer = root.Child("pre_tokenizer") is { } preTokenizer ? PreTokenizer.Parse(preTokenizer) : null,
            PostProcessor = root.Child("post_processor") is { } postProcessor ? PostProcessor.Parse(postProcessor) : null,
            Decoder = root.Child("decoder") is { } decoder ? Decoder.Parse(decoder) : null,
            Added = root.Has("added_tokens") ? [.. root.Children("added_tokens").Select(AddedToken.Parse)] : [],
        };
        if (settings.IsRebuiltAsGpt2)
            parts = parts with { Normalizer = null, PreTokenizer = new ByteLevelPreTokenizer(settings.AddPrefixSpace, useRegex: true), Decoder = new ByteLevelDecoder() };
        return parts.PreTokenizer?.AsksForStart == true && parts.Normalizer?.CanRemove == true
            ? throw root.Fault("a normalizer that removes characters before a pre-tokenizer that asks where the text begins is not supported")
            : parts;
    }

    /// <summary>The steps of a <c>tokenizer.model</c>; the begin and end tokens are added where the settings say so.</summary>
    public static TokenizerParts Of(SentencePieceModel model, TokenizerSettings settings, string place, Digest digest)
    {
        var vocabulary = model.Pieces.Select((piece, id) => (piece.Text, id)).ToDictionary(p => p.Text, p => p.id, StringComparer.Ordinal);
        int[] Added(bool adds, string? token, string key) => !adds ? []
            : token is not null && vocabulary.TryGetValue(token, out var id) ? [id]
            : throw new TokenizerException(place, $"tokenizer_config.json asks for the {key}, and '{token}' is not in the vocabulary");
        return new TokenizerParts
        {
            Place = place,
            Digest = digest,
            Model = model.IsBpe ? new SentencePieceBpe(vocabulary, model) : new UnigramModel(vocabulary, Pieces(model), model.ByteFallback),
            Normalizer = new SentencePieceNormalizer(model.Characters, model.AddsPrefix, model.RemovesExtraBlanks),
            PostProcessor = new SurroundingProcessor(Added(settings.AddBos == true, settings.Bos, "bos_token"), Added(settings.AddEos, settings.Eos, "eos_token")),
            Decoder = new SentencePieceDecoder(model),
        };
    }

    private static UnigramPieces Pieces(SentencePieceModel model)
    {
        var trie = new PieceTrie();
        var least = float.MaxValue;
        for (var id = 0; id < model.Pieces.Count; id++)
        {
            var (text, score, kind) = model.Pieces[id];
            if (kind != PieceKind.Normal)
                continue;
            trie.Add(text, id);
            least = Math.Min(least, score);
        }
        return new UnigramPieces(trie, [.. model.Pieces.Select(p => (double)p.Score)], (float)(least - UnigramModel.UnknownPenalty), model.Unknown, IsSingle: true);
    }
}
