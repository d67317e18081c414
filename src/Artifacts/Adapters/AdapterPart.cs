namespace Loragate.Artifacts.Adapters;

/// <summary>What a tensor of an adapter file is, by the end of its name.</summary>
public enum AdapterPart
{
    /// <summary>LoRA's A, (r, in); a convolution's (r, in, k…); experts' (experts·r, in).</summary>
    LoraA,

    /// <summary>LoRA's B, (out, r); a convolution's (out, r, 1…); experts' (out, r·experts).</summary>
    LoraB,

    /// <summary>The bias of B, (out).</summary>
    LoraBias,

    /// <summary>A of an embedding, (r, vocabulary).</summary>
    EmbeddingA,

    /// <summary>B of an embedding, (dimension, r).</summary>
    EmbeddingB,

    /// <summary>DoRA's magnitude vector m, (out).</summary>
    Magnitude,

    /// <summary>Rows that replace an embedding's, (tokens, dimension).</summary>
    TokenRows,

    /// <summary>Rows that replace an embedding's where they are all that the method trains, (tokens, dimension).</summary>
    OnlyTokenRows,

    /// <summary>AdaLoRA's A, (r, in).</summary>
    AdaA,

    /// <summary>AdaLoRA's B, (out, r).</summary>
    AdaB,

    /// <summary>AdaLoRA's singular values E, (r, 1).</summary>
    AdaE,

    /// <summary>LoHa's w1a, (out, r), or (r, out) with a core.</summary>
    Hadamard1A,

    /// <summary>LoHa's w1b, (r, in), or (r, in) with a core.</summary>
    Hadamard1B,

    /// <summary>LoHa's w2a.</summary>
    Hadamard2A,

    /// <summary>LoHa's w2b.</summary>
    Hadamard2B,

    /// <summary>LoHa's first core, (r, r, k…).</summary>
    Hadamard1Core,

    /// <summary>LoHa's second core, (r, r, k…).</summary>
    Hadamard2Core,

    /// <summary>LoKr's w1, whole.</summary>
    Kronecker1,

    /// <summary>LoKr's w1a.</summary>
    Kronecker1A,

    /// <summary>LoKr's w1b.</summary>
    Kronecker1B,

    /// <summary>LoKr's w2, whole.</summary>
    Kronecker2,

    /// <summary>LoKr's w2a.</summary>
    Kronecker2A,

    /// <summary>LoKr's w2b.</summary>
    Kronecker2B,

    /// <summary>LoKr's core, (r, r, k…).</summary>
    Kronecker2Core,

    /// <summary>(IA)³'s l, (out, 1) or (1, in).</summary>
    Rescaling,

    /// <summary>VeRA's λ_b, (out).</summary>
    LambdaB,

    /// <summary>VeRA's λ_d, (r).</summary>
    LambdaD,

    /// <summary>VeRA's shared A, (r, widest in).</summary>
    SharedA,

    /// <summary>VeRA's shared B, (widest out, r).</summary>
    SharedB,

    /// <summary>The weight of a layer that was trained in the base's place (LN tuning), of the base's shape.</summary>
    TunedWeight,

    /// <summary>The bias of such a layer.</summary>
    TunedBias,

    /// <summary>A weight of the base itself: a replaced module's, or a copy.</summary>
    Weight,

    /// <summary>A bias of the base itself.</summary>
    Bias,

    /// <summary>Anything else.</summary>
    Other,
}
