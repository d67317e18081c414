using System.Text.Json;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Layouts;

/// <summary>What a plan has to know of a base: its tensors' names, types and shapes, its kind, and whether its head is its embedding. No file.</summary>
public sealed class BaseLayout
{
    /// <summary>The config's key for a head that is the embedding.</summary>
    internal const string TieKey = "tie_word_embeddings";

    private const string Weight = "weight";

    /// <summary>Kinds of model whose config class unties where the file is silent (transformers' configuration files, tie_word_embeddings=False); the others tie, as PretrainedConfig does.</summary>
    private static readonly HashSet<string> UntiedByDefault = new(StringComparer.Ordinal)
    {
        "llama", "mistral", "mixtral", "qwen2", "qwen2_moe", "qwen3", "qwen3_moe", "phi", "phi3", "phimoe", "stablelm", "gpt_neox", "gptj", "codegen", "persimmon",
        "olmo", "olmo2", "olmoe", "granite", "granitemoe", "deepseek_v2", "deepseek_v3", "nemotron", "dbrx", "jamba",
    };

    private static readonly HashSet<string> Conv1DModels = new(StringComparer.Ordinal) { "gpt2", "openai-gpt", "imagegpt", "decision_transformer" };
    private static readonly HashSet<string> Conv1DModules = new(StringComparer.Ordinal) { "c_attn", "q_attn", "c_proj", "c_fc" };
    /// <summary>Parts of a composite model whose modules' paths begin with the key that holds their config (transformers, EncoderDecoderModel and its kin).</summary>
    private static readonly string[] NamedParts = ["encoder", "decoder"];

    /// <summary>Tables that are looked up beside the input embedding: positions, and T5's relative ones.</summary>
    private static readonly HashSet<string> TableModules = new(StringComparer.Ordinal) { "wpe", "relative_attention_bias" };

    private static readonly HashSet<string> EmbeddingModules = new(StringComparer.Ordinal) { "embed_tokens", "wte", "embed_in", "word_embeddings", "tok_embeddings", "shared" };
    private static readonly HashSet<string> HeadModules = new(StringComparer.Ordinal) { "lm_head", "embed_out" };

    private readonly VisionNames? _vision;
    private readonly IReadOnlyList<string> _conv1DPlaces;

    private BaseLayout(string modelType, JsonElement config, IReadOnlyDictionary<string, TensorPlan> tensors)
    {
        var ties = Ties(config);
        _vision = VisionNames.Of(config, tensors.Keys.Select(ModuleOf).Distinct(StringComparer.Ordinal));
        _conv1DPlaces = [.. Conv1DPlaces(modelType, config)];
        ModelType = modelType;
        Tensors = tensors;
        Embedding = tensors.Values.Where(t => IsEmbedding(ModuleOf(t.Name)) && t.Shape.Count == 2).OrderBy(t => t.Name.Length).ThenBy(t => t.Name, StringComparer.Ordinal).FirstOrDefault();
        StoredHead = tensors.Values.Where(t => IsHead(ModuleOf(t.Name)) && t.Shape.Count == 2).OrderBy(t => t.Name.Length).FirstOrDefault();
        // transformers ties where the config does not say otherwise (PretrainedConfig.tie_word_embeddings); a stored head is taken at its word then.
        IsTied = Embedding is not null && (StoredHead is null ? ties ?? true : ties ?? false);
        TiedHead = IsTied && StoredHead is null ? Embedding! with { Name = $"{HeadOf(ModuleOf(Embedding.Name))}.{Weight}" } : null;
    }

    /// <summary>The config's <c>model_type</c>, or an empty string.</summary>
    public string ModelType { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorPlan> Tensors { get; }

    /// <summary>The input embedding, where one is recognised.</summary>
    public TensorPlan? Embedding { get; }

    /// <summary>The output head, where the files hold one.</summary>
    public TensorPlan? StoredHead { get; }

    /// <summary>Whether a model that is loaded from these files uses the embedding as its head.</summary>
    public bool IsTied { get; }

    /// <summary>The head of a tied model whose files hold none: the embedding under the one name that its class has for the head.</summary>
    public TensorPlan? TiedHead { get; }

    /// <summary>Whether the model takes images, so that its modules may have several names.</summary>
    internal bool Sees => _vision is not null;

    /// <summary>The layout of an open checkpoint.</summary>
    public static BaseLayout Of(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return new(checkpoint.ModelType, checkpoint.Config, checkpoint.Tensors.Values.ToDictionary(t => t.Name, t => new TensorPlan(t.Name, t.Info.DType, t.Info.Shape), StringComparer.Ordinal));
    }

    /// <summary>The layout of a base that is not at hand, from what a receipt says of it and its config.</summary>
    public static BaseLayout Of(IEnumerable<TensorDigest> tensors, JsonElement config)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var type = config.TryGetProperty("model_type", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        return new(type, config, tensors.ToDictionary(t => t.Name, t => new TensorPlan(t.Name, Enum.Parse<DType>(t.DType), t.Shape), StringComparer.Ordinal));
    }

    /// <summary>A module's tensor: its own name, the name without the class's outermost attribute (GPT-2's files leave "transformer." out), or for a head that is tied the embedding under the head's name.</summary>
    internal TensorPlan? Find(string module, string parameter)
    {
        foreach (var name in Names(module))
        {
            if (Tensors.TryGetValue($"{name}.{parameter}", out var tensor))
                return tensor;
        }
        return parameter == Weight && IsTiedHead(module) ? TiedHead : null;
    }

    /// <summary>Whether a module is the head that <see cref="TiedHead"/> stands for; models that see have two names for it.</summary>
    internal bool IsTiedHead(string module) =>
        TiedHead is { } head && (module == ModuleOf(head.Name) || (Sees && VisionNames.Newer(module) == VisionNames.Newer(ModuleOf(head.Name))));

    /// <summary>The names that a module may have in files, the likeliest first.</summary>
    internal IEnumerable<string> Names(string module)
    {
        yield return module;
        // Mixtral's files keep the name that its class had before transformers 5.
        if (ModelType == "mixtral" && module.Contains(".mlp.", StringComparison.Ordinal))
            yield return module.Replace(".mlp.", ".block_sparse_moe.", StringComparison.Ordinal);
        if (_vision is not null)
        {
            if (_vision.Stored(module) is { } stored)
                yield return stored;
        }
        else if (module.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot)
        {
            yield return module[(dot + 1)..];
        }
    }

    /// <summary>Whether a module is a transposed linear layer, transformers' Conv1D.</summary>
    internal bool IsConv1D(string module) =>
        IsNamedConv1D(module) && _conv1DPlaces.Any(place => place.Length == 0 || module.StartsWith(place, StringComparison.Ordinal) || module.Contains("." + place, StringComparison.Ordinal));

    /// <summary>Whether the model or a part of it has transposed linear layers.</summary>
    internal bool HasConv1D => _conv1DPlaces.Count > 0;

    /// <summary>Whether a module has the name of a Conv1D, which in some models is a plain linear layer.</summary>
    internal static bool IsNamedConv1D(string module) => Conv1DModules.Contains(LastOf(module));

    /// <summary>Whether a module has the name of an input embedding.</summary>
    internal static bool IsEmbedding(string module) => EmbeddingModules.Contains(LastOf(module));

    /// <summary>Whether a module has the name of a table that is looked up, an embedding of tokens or positions: its weight is no linear layer's.</summary>
    internal static bool IsTable(string module) =>
        IsEmbedding(module) || TableModules.Contains(LastOf(module)) || (LastOf(module).Contains("embed", StringComparison.Ordinal) && !IsHead(module));

    /// <summary>Whether a module has the name of an output head.</summary>
    internal static bool IsHead(string module) => HeadModules.Contains(LastOf(module));

    /// <summary>Whether a config holds the config of a part of the model under a key ("text_config", "vision_config").</summary>
    internal static bool IsPart(string key) => key.EndsWith("_config", StringComparison.Ordinal) && key != "quantization_config";

    /// <summary>The module of a tensor.</summary>
    internal static string ModuleOf(string tensor) => tensor.LastIndexOf('.') is > 0 and var dot ? tensor[..dot] : "";

    /// <summary>The last part of a module's path.</summary>
    internal static string LastOf(string module) => module[(module.LastIndexOf('.') + 1)..];

    /// <summary>Where the modules' paths lie that may be Conv1D: the whole model where its kind has them ("") or a part in a config of its own does, or what begins with the part's name.</summary>
    private static IEnumerable<string> Conv1DPlaces(string modelType, JsonElement config)
    {
        if (Conv1DModels.Contains(modelType))
            return [""];
        return config.EnumerateObject().Where(p => (NamedParts.Contains(p.Name) || IsPart(p.Name)) && p.Value.ValueKind == JsonValueKind.Object
                && p.Value.TryGetProperty("model_type", out var type) && type.ValueKind == JsonValueKind.String && Conv1DModels.Contains(type.GetString()!))
            .Select(p => NamedParts.Contains(p.Name) ? p.Name + "." : "");
    }

    /// <summary>The head's module: beside the backbone that holds the embedding ("model"), or at the top; GPT-NeoX calls the pair embed_in and embed_out.</summary>
    private static string HeadOf(string embedding)
    {
        var path = embedding.Split('.');
        var owner = path.Take(Math.Max(0, Array.IndexOf(path, "model")));
        return string.Join('.', owner.Append(path[^1] == "embed_in" ? "embed_out" : "lm_head"));
    }

    /// <summary>Whether transformers ties head and embedding of a model with this config, whatever its files hold: where any of its parts says so, or all are silent and the class does.</summary>
    internal static bool LoadsTied(JsonElement config)
    {
        var stated = TieOwners(config).Select(TieOf).OfType<bool>().ToList();
        return stated.Count > 0 ? stated.Contains(true) : !(config.TryGetProperty("model_type", out var type) && type.ValueKind == JsonValueKind.String && UntiedByDefault.Contains(type.GetString()!));
    }

    /// <summary>What the config says of the tie; no tie where its classes have no head.</summary>
    private static bool? Ties(JsonElement config)
    {
        if (config.TryGetProperty("architectures", out var classes) && classes.ValueKind == JsonValueKind.Array && classes.GetArrayLength() > 0
            && !classes.EnumerateArray().Any(c => c.ValueKind == JsonValueKind.String && (c.GetString()!.Contains("LM", StringComparison.Ordinal) || c.GetString()!.EndsWith("ForConditionalGeneration", StringComparison.Ordinal))))
            return false;
        return TieOwners(config).Select(TieOf).FirstOrDefault(ties => ties is not null);
    }

    private static IEnumerable<JsonElement> TieOwners(JsonElement config) =>
        config.TryGetProperty("text_config", out var text) && text.ValueKind == JsonValueKind.Object ? [config, text] : [config];

    private static bool? TieOf(JsonElement owner) =>
        owner.TryGetProperty(TieKey, out var ties) && ties.ValueKind is JsonValueKind.True or JsonValueKind.False ? ties.ValueKind == JsonValueKind.True : null;
}
