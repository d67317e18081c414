namespace Loragate.EvalHarness.Models.Configs;

/// <summary>The sizes that every decoder has.</summary>
/// <param name="Hidden">Numbers in a hidden state.</param>
/// <param name="Layers">Decoder layers.</param>
/// <param name="Vocabulary">Token ids.</param>
/// <param name="MaxLength">The longest sequence, in tokens.</param>
internal sealed record DecoderSize(int Hidden, int Layers, int Vocabulary, int MaxLength)
{
    private const int MaxLayers = 4096;

    /// <summary>Reads the sizes under the names that most configs use, or under others.</summary>
    public static DecoderSize Read(ConfigReader config, string hidden = "hidden_size", string layers = "num_hidden_layers", string positions = "max_position_embeddings") =>
        new(config.Size(hidden), config.Integer(layers, 1, MaxLayers), config.Size("vocab_size"), config.Integer(positions, 2, int.MaxValue));
}
