namespace Loragate.Artifacts.Adapters;

/// <summary>The name of a tensor in an adapter file: <c>base_model.model.MODULE.lora_A.weight</c> (docs/formats/adapter.v1.md).</summary>
/// <param name="Module">The module's path in the model's class; for <see cref="AdapterPart.Other"/> the whole path.</param>
/// <param name="Part">What the tensor is.</param>
public readonly record struct AdapterKey(string Module, AdapterPart Part)
{
    /// <summary>The prefix that PEFT gives every key of a module.</summary>
    public const string Prefix = "base_model.model.";

    /// <summary>The infix of a wrapped module's own tensors.</summary>
    public const string BaseLayer = ".base_layer";

    private const string SharedPrefix = "base_model.";

    /// <summary>Ends of names, the longer before those that they end with. A name of a base tensor (".weight") comes last.</summary>
    private static readonly (string Suffix, AdapterPart Part)[] Suffixes =
    [
        (".lora_A.weight", AdapterPart.LoraA),
        (".lora_B.weight", AdapterPart.LoraB),
        (".lora_B.bias", AdapterPart.LoraBias),
        (".lora_embedding_A", AdapterPart.EmbeddingA),
        (".lora_embedding_B", AdapterPart.EmbeddingB),
        (".lora_magnitude_vector", AdapterPart.Magnitude),
        (".lora_magnitude_vector.weight", AdapterPart.Magnitude),
        (".token_adapter.trainable_tokens_delta", AdapterPart.TokenRows),
        (".trainable_tokens_delta", AdapterPart.OnlyTokenRows),
        (".lora_A", AdapterPart.AdaA),
        (".lora_B", AdapterPart.AdaB),
        (".lora_E", AdapterPart.AdaE),
        (".hada_w1_a", AdapterPart.Hadamard1A),
        (".hada_w1_b", AdapterPart.Hadamard1B),
        (".hada_w2_a", AdapterPart.Hadamard2A),
        (".hada_w2_b", AdapterPart.Hadamard2B),
        (".hada_t1", AdapterPart.Hadamard1Core),
        (".hada_t2", AdapterPart.Hadamard2Core),
        (".lokr_w1", AdapterPart.Kronecker1),
        (".lokr_w1_a", AdapterPart.Kronecker1A),
        (".lokr_w1_b", AdapterPart.Kronecker1B),
        (".lokr_w2", AdapterPart.Kronecker2),
        (".lokr_w2_a", AdapterPart.Kronecker2A),
        (".lokr_w2_b", AdapterPart.Kronecker2B),
        (".lokr_t2", AdapterPart.Kronecker2Core),
        (".ia3_l", AdapterPart.Rescaling),
        (".vera_lambda_b", AdapterPart.LambdaB),
        (".vera_lambda_d", AdapterPart.LambdaD),
        (".ln_tuning_layers.weight", AdapterPart.TunedWeight),
        (".ln_tuning_layers.bias", AdapterPart.TunedBias),
        (".weight", AdapterPart.Weight),
        (".bias", AdapterPart.Bias),
    ];

    /// <summary>Reads a tensor name; null where it has no prefix.</summary>
    public static AdapterKey? Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name is SharedPrefix + "vera_A")
            return new AdapterKey("", AdapterPart.SharedA);
        if (name is SharedPrefix + "vera_B")
            return new AdapterKey("", AdapterPart.SharedB);
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var path = name[Prefix.Length..];
        foreach (var (suffix, part) in Suffixes)
        {
            if (path.EndsWith(suffix, StringComparison.Ordinal))
                return new AdapterKey(path[..^suffix.Length], part);
        }
        return new AdapterKey(path, AdapterPart.Other);
    }

    /// <summary>The name without the adapter's own name inside ("lora_A.default.weight"), as a raw state dict has it; the name itself where there is none.</summary>
    public static string WithoutAdapterName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        const string Infix = ".default";
        foreach (var part in new[] { ".lora_A", ".lora_B", ".lora_embedding_A", ".lora_embedding_B", ".lora_magnitude_vector", ".lora_E", ".ln_tuning_layers" })
        {
            var at = name.LastIndexOf(part + Infix, StringComparison.Ordinal);
            var rest = at < 0 ? "" : name[(at + part.Length + Infix.Length)..];
            if (at >= 0 && rest is "" or ".weight" or ".bias")
                return name[..(at + part.Length)] + rest;
        }
        return name;
    }
}
