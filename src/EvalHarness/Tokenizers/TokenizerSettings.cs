using System.Globalization;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Json;

namespace Loragate.EvalHarness.Tokenizers;

/// <summary>What the files beside <c>tokenizer.json</c> say about its special tokens and the class that loads it.</summary>
internal sealed record TokenizerSettings
{
    private const int MaxBytes = 16 << 20;
    private const string SaveAsJson = "Save tokenizer.json with transformers (AutoTokenizer.from_pretrained(…).save_pretrained(…)).";
    private const string Config = "tokenizer_config.json";
    private const string Generation = "generation_config.json";

    /// <summary>
    /// Architectures for which transformers 5 distrusts the folder's class and takes <c>tokenizer.json</c> as it is
    /// (MODELS_WITH_INCORRECT_HUB_TOKENIZER_CLASS, transformers/models/auto/tokenization_auto.py), as far as byte-level BPE is used with them.
    /// </summary>
    private static readonly HashSet<string> DistrustedModels = new(StringComparer.Ordinal)
    {
        "arctic", "deepseek_v2", "deepseek_v3", "deepseek_v4", "ernie4_5", "granite", "granitemoehybrid", "hyperclovax", "hyperclovax_vlm",
        "internlm2", "jamba", "modernbert", "nemotron", "olmo2", "olmo3", "phi3", "phimoe", "qwen2",
    };

    /// <summary>The text of the token that begins a document.</summary>
    public string? Bos { get; private init; }

    /// <summary>The text of the token that ends a document.</summary>
    public string? Eos { get; private init; }

    /// <summary>The text of the padding token.</summary>
    public string? Pad { get; private init; }

    /// <summary>Whether the folder demands, or forbids, that encoding begins with the first token; null where it is silent.</summary>
    public bool? AddBos { get; private init; }

    /// <summary>Whether encoding ends with the last token, where the folder has no <c>tokenizer.json</c> to say so.</summary>
    public bool AddEos { get; private init; }

    /// <summary>
    /// Whether the folder names GPT2Tokenizer: transformers 5 then builds a byte-level BPE of the vocabulary and the merges, and the
    /// normalizer, the pre-tokenizer and the decoder of <c>tokenizer.json</c> have no say.
    /// </summary>
    public bool IsRebuiltAsGpt2 { get; private init; }

    /// <summary>Whether such a tokenizer puts a blank before the text.</summary>
    public bool AddPrefixSpace { get; private init; }

    /// <summary>The ids at which generation stops, from <c>generation_config.json</c>, else <c>config.json</c>.</summary>
    public IReadOnlyList<int> EosIds { get; private init; } = [];

    /// <summary>Whether the folder adds tokens in a file of their own.</summary>
    private bool HasAddedTokens { get; init; }

    /// <summary>The ids that <c>added_tokens_decoder</c> speaks of.</summary>
    private IReadOnlyList<string> AddedIds { get; init; } = [];

    private Dictionary<string, Digest> Files { get; init; } = [];

    /// <summary>Reads <c>tokenizer_config.json</c>, <c>generation_config.json</c> and <c>config.json</c>, as far as they are there.</summary>
    public static TokenizerSettings Load(string folder)
    {
        var config = Path.Combine(folder, "config.json");
        var settings = ReadTokens(Path.Combine(folder, Config), config);
        var ids = ReadIds(Path.Combine(folder, Generation));
        return settings with
        {
            HasAddedTokens = File.Exists(Path.Combine(folder, "added_tokens.json")),
            EosIds = ids.Count > 0 ? ids : ReadIds(config),
            Files = new[] { Config, Generation }.Where(name => File.Exists(Path.Combine(folder, name))).ToDictionary(name => name, name => Digest.OfFile(Path.Combine(folder, name))),
        };
    }

    /// <summary>The digest of the tokenizer's own file together with the files that were read beside it.</summary>
    public Digest Bind(string file, Digest tokenizer) =>
        Digest.Of(CanonicalJson.Serialize(JsonSerializer.SerializeToElement(new Dictionary<string, Digest>(Files) { [file] = tokenizer })));

    /// <summary>
    /// Refuses a folder whose <c>tokenizer.model</c> is not the whole tokenizer: a class of transformers adds to it by rules of its own, and
    /// only <c>tokenizer.json</c> shows the result.
    /// </summary>
    public void CheckModelFile(string path, int pieces)
    {
        if (HasAddedTokens || AddedIds.Any(id => !int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number >= pieces))
            throw new TokenizerException(path, "the folder adds tokens to this file", SaveAsJson);
        if (Files.ContainsKey(Config) && AddBos is null)
            throw new TokenizerException(path, $"{Config} does not say add_bos_token, and no tokenizer.json shows what is added", SaveAsJson);
    }

    private static TokenizerSettings ReadTokens(string path, string modelConfig)
    {
        if (!File.Exists(path))
            return new TokenizerSettings();
        using var document = StrictJson.ParseFile(path, MaxBytes);
        var node = Object(document.RootElement, path);
        return new TokenizerSettings
        {
            Bos = Token(node, "bos_token"),
            Eos = Token(node, "eos_token"),
            Pad = Token(node, "pad_token"),
            AddBos = node.Has("add_bos_token") ? node.Flag("add_bos_token", absent: false) : null,
            AddEos = node.Flag("add_eos_token", absent: false),
            AddedIds = node.Has("added_tokens_decoder") ? [.. node.Members("added_tokens_decoder").Select(entry => entry.Name)] : [],
            IsRebuiltAsGpt2 = node.OptionalText("tokenizer_class") is "GPT2Tokenizer" or "GPT2TokenizerFast" && !DistrustedModels.Contains(ModelType(modelConfig)),
            AddPrefixSpace = node.Flag("add_prefix_space", absent: false),
        };
    }

    private static string ModelType(string path)
    {
        if (!File.Exists(path))
            return "";
        using var document = StrictJson.ParseFile(path, MaxBytes);
        return Object(document.RootElement, path).OptionalText("model_type") ?? "";
    }

    private static string? Token(TokenizerNode node, string key) =>
        node.Has(key) && node.Element.GetProperty(key).ValueKind == JsonValueKind.Object ? node.Child(key)!.Value.Text("content") : node.OptionalText(key);

    private static List<int> ReadIds(string path)
    {
        if (!File.Exists(path))
            return [];
        using var document = StrictJson.ParseFile(path, MaxBytes);
        var node = Object(document.RootElement, path);
        if (!node.Has("eos_token_id"))
            return [];
        return node.Element.GetProperty("eos_token_id").ValueKind == JsonValueKind.Array
            ? [.. node.List("eos_token_id").Select(id => Id(id, node))]
            : [Id(node.Element.GetProperty("eos_token_id"), node)];
    }

    private static int Id(JsonElement element, TokenizerNode node) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var id) && id >= 0 ? id : throw node.Fault("'eos_token_id' is not an id or a list of ids");

    private static TokenizerNode Object(JsonElement element, string path) =>
        element.ValueKind == JsonValueKind.Object ? new TokenizerNode(element, path) : throw new TokenizerException(path, "not a JSON object");
}
