using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;
using Loragate.EvalHarness.Text;
using Loragate.EvalHarness.Tokenizers.PreTokenizers;
using Loragate.EvalHarness.Tokenizers.SentencePiece;

namespace Loragate.EvalHarness.Tokenizers;

/// <summary>
/// A tokenizer in the format of the Hugging Face tokenizers library, token for token what that library gives. BPE over bytes
/// or characters, Unigram and WordPiece are supported; other kinds are refused by name. Truncation and padding sections do not apply. A folder that names
/// the class GPT2Tokenizer is read as transformers 5 reads it (docs/decisions/0005-gpt2-tokenizer-class.md). Safe for several threads.
/// </summary>
public sealed class Tokenizer
{
    private const int MaxBytes = 64 << 20;
    private const int MaxValues = 8 << 20;

    private readonly TokenizerParts _parts;
    private readonly AddedTokenMatcher _raw;
    private readonly AddedTokenMatcher _normalized;
    private readonly Dictionary<string, int> _idOf;
    private readonly Dictionary<int, string> _tokenOf;
    private readonly HashSet<string> _special;

    private Tokenizer(TokenizerParts parts, TokenizerSettings settings)
    {
        _parts = parts;
        Digest = settings.Bind(Path.GetFileName(parts.Place), parts.Digest);
        _raw = new AddedTokenMatcher(parts.Added.Where(static token => !token.Normalized).Select(static token => (token.Content, token)));
        _normalized = new AddedTokenMatcher(parts.Added.Where(static token => token.Normalized).Select(token => (Normalize(token.Content), token)));
        _special = [.. parts.Added.Where(static token => token.Special).Select(static token => token.Content)];
        (_idOf, _tokenOf) = Index(parts);

        BosId = Id(settings.Bos, "bos_token");
        EosId = Id(settings.Eos, "eos_token");
        PadId = settings.Pad is { } pad ? TokenToId(pad) : null;
        EosIds = new HashSet<int>(EosId is { } eos ? [.. settings.EosIds, eos] : settings.EosIds);
        CheckBos(settings);
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

    /// <summary>
    /// Reads <c>tokenizer.json</c> of a folder, or <c>tokenizer.model</c> where there is none, with the special tokens that the files beside it name.
    /// </summary>
    /// <exception cref="TokenizerException">A file is malformed, or a component's kind is not supported.</exception>
    /// <exception cref="JsonFormatException">A file is not strict JSON.</exception>
    public static Tokenizer Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var settings = TokenizerSettings.Load(folder);
        var (json, model) = (Path.Combine(folder, "tokenizer.json"), Path.Combine(folder, "tokenizer.model"));
        return new Tokenizer(File.Exists(json) || !File.Exists(model) ? ReadJson(json, settings) : ReadModel(model, settings), settings);
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
        var atStart = true;
        foreach (var (part, token) in _raw.Split(text))
        {
            if (token is not null)
                ids.Add(token.Id);
            else
                EncodePlain(Normalize(part), atStart, ids);
            atStart = false;
        }
        return [.. addSpecialTokens && _parts.PostProcessor is not null ? _parts.PostProcessor.Process(ids) : ids];
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
        return _parts.Decoder is null ? string.Join(' ', tokens) : string.Concat(_parts.Decoder.Decode(tokens));
    }

    /// <summary>The token that has an id, as the vocabulary spells it; null where there is none.</summary>
    public string? IdToToken(int id) => _tokenOf.GetValueOrDefault(id);

    /// <summary>The id of a token, as the vocabulary spells it; null where there is none.</summary>
    public int? TokenToId(string token) => _idOf.TryGetValue(token, out var id) ? id : null;

    private static TokenizerParts ReadJson(string path, TokenizerSettings settings)
    {
        // The digest is of the very bytes that are parsed.
        var bytes = ReadFile(path);
        // Counted before they are parsed: a document takes many times the memory of its bytes.
        if (bytes.AsSpan().CountAny((byte)',', (byte)'[', (byte)'{') is var values && values > MaxValues)
            throw new TokenizerException(path, $"about {values} values, more than {MaxValues}", "Restore the base model's own file.");
        using var document = StrictJson.Parse(bytes, path);
        return document.RootElement.ValueKind == System.Text.Json.JsonValueKind.Object
            ? TokenizerParts.Parse(new TokenizerNode(document.RootElement, path), settings, Digest.Of(bytes))
            : throw new TokenizerException(path, "not a JSON object");
    }

    private static TokenizerParts ReadModel(string path, TokenizerSettings settings)
    {
        var bytes = ReadFile(path);
        var model = SentencePieceModel.Parse(bytes, path);
        settings.CheckModelFile(path, model.Pieces.Count);
        return TokenizerParts.Of(model, settings, path, Digest.Of(bytes));
    }

    private static byte[] ReadFile(string path)
    {
        if (!File.Exists(path))
            throw new TokenizerException(path, "the file is missing", "Put the base model's tokenizer.json there.");
        PlainFile.CheckTarget(path);
        var length = new FileInfo(path).Length;
        return length <= MaxBytes ? File.ReadAllBytes(path) : throw new TokenizerException(path, $"{length} bytes, more than {MaxBytes}");
    }

    private string Normalize(string text) => _parts.Normalizer is null ? text : _parts.Normalizer.Normalize(text);

    private void EncodePlain(string text, bool atStart, List<int> ids)
    {
        var pieces = new List<Piece>();
        foreach (var (part, token) in _normalized.Split(text))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
                atStart = false;
                continue;
            }
            pieces.Clear();
            if (_parts.PreTokenizer is null)
                pieces.Add(new Piece(part, atStart));
            else
                _parts.PreTokenizer.Split(new Piece(part, atStart), pieces);
            foreach (var piece in pieces)
                _parts.Model.Tokenize(piece.Text, ids);
            atStart = false;
        }
    }

    private static (Dictionary<string, int> IdOf, Dictionary<int, string> TokenOf) Index(TokenizerParts parts)
    {
        var idOf = new Dictionary<string, int>(parts.Model.Vocabulary, StringComparer.Ordinal);
        var tokenOf = parts.Model.Vocabulary.ToDictionary(static entry => entry.Value, static entry => entry.Key);
        foreach (var token in parts.Added)
        {
            if (!idOf.TryAdd(token.Content, token.Id) && idOf[token.Content] != token.Id)
                throw new TokenizerException(parts.Place, $"the added token '{token.Content}' has the id {token.Id} here and {idOf[token.Content]} in the vocabulary");
            if (!tokenOf.TryAdd(token.Id, token.Content) && tokenOf[token.Id] != token.Content)
                throw new TokenizerException(parts.Place, $"the id {token.Id} stands for '{token.Content}' and for '{tokenOf[token.Id]}'");
        }
        return (idOf, tokenOf);
    }

    private int? Id(string? token, string key) =>
        token is null ? null
        : TokenToId(token) ?? throw new TokenizerException(_parts.Place, $"the {key} '{token}' of tokenizer_config.json is not in the vocabulary");

    // Whether a loader of such a folder adds the token depends on its class; guessing would move every score.
    private void CheckBos(TokenizerSettings settings)
    {
        var adds = BosId is { } bos && (_parts.PostProcessor?.Process([]).Contains(bos) ?? false);
        if (settings.AddBos is { } wanted && wanted != adds && BosId is not null && BosId != EosId)
            throw new TokenizerException(_parts.Place, $"tokenizer_config.json says add_bos_token is {(wanted ? "true" : "false")}, but the post-processor {(adds ? "adds" : "does not add")} '{settings.Bos}'");
    }
}
