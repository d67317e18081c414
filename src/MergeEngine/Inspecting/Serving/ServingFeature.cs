namespace Loragate.MergeEngine.Inspecting.Serving;

/// <summary>What an adapter may use beyond plain LoRA with one alpha and one rank.</summary>
internal enum ServingFeature
{
    /// <summary>Another method than LoRA.</summary>
    OtherMethod,

    /// <summary>Scale α/√r.</summary>
    Rslora,

    /// <summary>Alphas by module.</summary>
    AlphaPattern,

    /// <summary>Ranks by module.</summary>
    RankPattern,

    /// <summary>Magnitude vectors.</summary>
    Dora,

    /// <summary>Magnitude vectors of experts.</summary>
    ExpertDora,

    /// <summary>Modules replaced whole, the embedding and head aside.</summary>
    SavedModule,

    /// <summary>The embedding or head replaced whole.</summary>
    SavedEmbedding,

    /// <summary>Factors on the embedding or head.</summary>
    EmbeddingFactors,

    /// <summary>Replaced or added biases.</summary>
    Bias,

    /// <summary>Replaced rows of the embedding or head.</summary>
    TokenRows,

    /// <summary>Replaced rows of an embedding or head that is called neither embed_tokens nor lm_head.</summary>
    RenamedTokenRows,

    /// <summary>Factors of fused expert parameters.</summary>
    Experts,

    /// <summary>A rank above 16.</summary>
    RankAbove16,

    /// <summary>A rank above 64.</summary>
    RankAbove64,
}
