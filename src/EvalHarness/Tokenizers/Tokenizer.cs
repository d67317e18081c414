using Loragate.Artifacts;
using Loragate.Artifacts.Json;
using Loragate.EvalHarness.Text;
using Loragate.EvalHarness.Tokenizers.Decoders;
using Loragate.EvalHarness.Tokenizers.Models;
using Loragate.EvalHarness.Tokenizers.Normalizers;
using Loragate.EvalHarness.Tokenizers.PostProcessors;
using Loragate.EvalHarness.Tokenizers.PreTokenizers;

namespace Loragate.EvalHarness.Tokenizers;

/// <summary>
/// A tokenizer in the format of the Hugging Face tokenizers library, token for token what that library gives. Byte-level BPE and
/// BPE over characters are supported; other kinds are refused by name. Truncation and padding sections do not apply. A folder that names
/// the class GPT2Tokenizer is read as transformers 5 reads it (docs/decisions/0005-gpt2-tokenizer-class.md). Safe for several threads.
/// </summary>
public sealed class Tokenizer
{
    private const int MaxBytes = 256 << 20;

    private readonly TokenModel _model;
    private readonly Normalizer? _normalizer;
    private readonly PreTokenizer? _preTokenizer;
    private readonly PostProcessor? _postProcessor;
    private readonly Decoder? _decoder;
    private readonly AddedTokenMatcher _raw;
    private readonly AddedTokenMatcher _normalized;
    private readonly Dictionary<string, int> _idOf;
    private readonly Dictionary<int, string> _tokenOf;
    private readonly HashSet<string> _special;

    private Tokenizer(TokenizerNode root, TokenizerSettings settings, Digest digest)
    {
        Digest = settings.Bind(digest);
        _model = TokenModel.Parse(root.Child("model") ?? throw root.Fault("'model' is missing"));
        _normalizer = root.Child("normalizer") is { } normalizer ? Normalizer.Parse(normalizer) : null;
        _preTokenizer = root.Child("pre_tokenizer") is { } preTokenizer ? PreTokenizer.Parse(preTokenizer) : null;
        _postProcessor = root.Child("post_processor") is { } postProcessor ? PostProcessor.Parse(postProcessor) : null;
        _decoder = root.Child("decoder") is { } decoder ? Decoder.Parse(decoder) : null;
        if (settings.IsRebuiltAsGpt2)
            (_normalizer, _preTokenizer, _decoder) = (null, new ByteLevelPreTokenizer(settings.AddPrefixSpace, useRegex: true), new ByteLevelDecoder());

        IReadOnlyList<AddedToken> added = root.Has("added_tokens") ? [.. root.Children("added_tokens").Select(AddedToken.Parse)] : [];
        _raw = new AddedTokenMatcher(added.Where(static token => !token.Normalized).Select(static token => (token.Content, token)));
        _normalized = new AddedTokenMatcher(added.Where(static token => token.Normalized).Select(token => (Normalize(token.Content), token)));
        _special = [.. added.Where(static token => token.Special).Select(static token => token.Content)];
        (_idOf, _tokenOf) = Index(_model.Vocabulary, added, root);

        BosId = Id(settings.Bos, "bos_token", root);
        EosId = Id(settings.Eos, "eos_token", root);
        PadId = settings.Pad is { } pad ? TokenToId(pad) : null;
        EosIds = new HashSet<int>(EosId is { } eos ? [.. settings.EosIds, eos] : settings.EosIds);
        CheckBos(settings, root);
    }

    /// <summary>Binds every file that has a say in tokens: SHA-256 of the canonical JSON of file name → SHA-256 (docs/formats/records.v1.md).</summary>
    public Digest Digest { get; }

    /// <summary>How many tokens there are, added ones included.</summary>
    public int VocabularySize => _tokenOf.Count;

    /// <summary>The token that begins a document, from <c>tokenizer_config.json</c>.</summary>
    public int? BosId { get; }

    /// <summary>The token that ends a document, from <c>tokenizer_config.json</c>.</summary>
    public int? EosId { get; }

    /// <summary>The padding token, from <c>tokenizer_config.json</c>; null where the vocabulary has no such token, as padding is never scored.</summary>
    public int? PadId { get; }

    /// <summary>The tokens that end a generation: those of <c>generation_config.json</c>, else <c>config.json</c>, and <see cref="EosId"/>.</summary>
    public IReadOnlySet<int> EosIds { get; }

    /// <summary>Reads <c>tokenizer.json</c> of a folder, with the special tokens that the files beside it name.</summary>
    /// <exception cref="TokenizerException">A file is malformed, or a component's kind is not supported.</exception>
    /// <exception cref="JsonFormatException">A file is not strict JSON.</exception>
    public static Tokenizer Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var path = Path.Combine(folder, "tokenizer.json");
        if (!File.Exists(path))
            throw new TokenizerException(path, "the file is missing", "Put the base model's tokenizer.json there.");
        var length = new FileInfo(path).Length;
        if (length > MaxBytes)
            throw new TokenizerException(path, $"{length} bytes, more than {MaxBytes}");

        // The digest is of the very bytes that are parsed.
        var bytes = File.ReadAllBytes(path);
        using var document = StrictJson.Parse(bytes, path);
        return document.RootElement.ValueKind == System.Text.Json.JsonValueKind.Object
            ? new Tokenizer(new TokenizerNode(document.RootElement, path), TokenizerSettings.Load(folder), Digest.Of(bytes))
            : throw new TokenizerException(path, "not a JSON object");
    }

    /// <summary>The ids of a text.</summary>
    /// <param name="text">Any well-formed text; special tokens in it are recognised.</param>
    /// <param name="addSpecialTokens">Whether the post-processor adds its special tokens.</param>
    /// <exception cref="ArgumentException">The text holds a lone surrogate.</exception>
    public int[] Encode(string text, bool addSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!CodePoints.IsWellFormed(text))
            throw new ArgumentException("The text holds a lone surrogate: it has no UTF-8 form.", nameof(text));
        var ids = new List<int>();
        foreach (var (part, token) in _raw.Split(text))
        {
            if (token is not null)
                ids.Add(token.Id);
            else
                EncodePlain(Normalize(part), ids);
        }
        return [.. addSpecialTokens && _postProcessor is not null ? _postProcessor.Process(ids) : ids];
    }

    /// <summary>The text of ids; an unknown id stands for nothing, bytes that are no UTF-8 become U+FFFD.</summary>
    public string Decode(IReadOnlyList<int> ids, bool skipSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var tokens = new List<string>(ids.Count);
        foreach (var id in ids)
        {
            if (_tokenOf.TryGetValue(id, out var token) && !(skipSpecialTokens && _special.Contains(token)))
                tokens.Add(token);
        }
        return _decoder is null ? string.Join(' ', tokens) : string.Concat(_decoder.Decode(tokens));
    }

    /// <summary>The token that has an id, as the vocabulary spells it; null where there is none.</summary>
    public string? IdToToken(int id) => _tokenOf.GetValueOrDefault(id);

    /// <summary>The id of a token, as the vocabulary spells it; null where there is none.</summary>
    public int? TokenToId(string token) => _idOf.TryGetValue(token, out var id) ? id : null;

    private string Normalize(string text) => _normalizer is null ? text : _normalizer.Normalize(text);

    private void EncodePlain(string text, List<int> ids)
    {
        var pieces = new List<string>();
        foreach (var (part, token) in _normalized.Split(text))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
                continue;
            }
            pieces.Clear();
            if (_preTokenizer is null)
                pieces.Add(part);
            else
                _preTokenizer.Split(part, pieces);
            foreach (var piece in pieces)
                _model.Tokenize(piece, ids);
        }
    }

    private static (Dictionary<string, int> IdOf, Dictionary<int, string> TokenOf) Index(
        IReadOnlyDictionary<string, int> vocabulary, IReadOnlyList<AddedToken> added, TokenizerNode root)
    {
        var idOf = new Dictionary<string, int>(vocabulary, StringComparer.Ordinal);
        var tokenOf = vocabulary.ToDictionary(static entry => entry.Value, static entry => entry.Key);
        foreach (var token in added)
        {
            if (!idOf.TryAdd(token.Content, token.Id) && idOf[token.Content] != token.Id)
                throw root.Fault($"the added token '{token.Content}' has the id {token.Id} here and {idOf[token.Content]} in the vocabulary");
            if (!tokenOf.TryAdd(token.Id, token.Content) && tokenOf[token.Id] != token.Content)
                throw root.Fault($"the id {token.Id} stands for '{token.Content}' and for '{tokenOf[token.Id]}'");
        }
        return (idOf, tokenOf);
    }

    private int? Id(string? token, string key, TokenizerNode root) =>
        token is null ? null
        : TokenToId(token) ?? throw root.Fault($"the {key} '{token}' of tokenizer_config.json is not in the vocabulary");

    // Whether a loader of such a folder adds the token depends on its class; guessing would move every score.
    private void CheckBos(TokenizerSettings settings, TokenizerNode root)
    {
        var adds = BosId is { } bos && (_postProcessor?.Process([]).Contains(bos) ?? false);
        if (settings.AddBos is { } wanted && wanted != adds && BosId is not null && BosId != EosId)
            throw root.Fault($"tokenizer_config.json says add_bos_token is {(wanted ? "true" : "false")}, but the post-processor {(adds ? "adds" : "does not add")} '{settings.Bos}'");
    }
}
