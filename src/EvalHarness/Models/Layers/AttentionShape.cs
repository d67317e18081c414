using Loragate.EvalHarness.Models.Configs;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>Heads of an attention layer; each key-value head serves <see cref="Group"/> query heads (Ainslie et al., arXiv 2305.13245).</summary>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key and value heads.</param>
/// <param name="HeadSize">Numbers in a head.</param>
internal sealed record AttentionShape(int Heads, int KeyValueHeads, int HeadSize)
{
    private const int MaxHeads = 1 << 16;

    public int Group => Heads / KeyValueHeads;

    /// <summary>Rows of the query's matrix.</summary>
    public long QueryRows => (long)Heads * HeadSize;

    /// <summary>Rows of the key's matrix, and of the value's.</summary>
    public long KeyValueRows => (long)KeyValueHeads * HeadSize;

    /// <summary>Rows of the stacked query, key and value matrix.</summary>
    public long StackedRows => QueryRows + (2 * KeyValueRows);

    /// <summary>Reads grouped heads. Where <c>num_key_value_heads</c> is absent, every head has its own key.</summary>
    public static AttentionShape Read(ConfigReader config, int hidden) =>
        Grouped(config, hidden, config.OptionalInteger("num_key_value_heads", 1, MaxHeads));

    /// <summary>Reads grouped heads of a family that has another default, which no config should rely on.</summary>
    public static AttentionShape ReadGrouped(ConfigReader config, int hidden) =>
        Grouped(config, hidden, config.Integer("num_key_value_heads", 1, MaxHeads));

    /// <summary>Reads heads that share out the hidden size, each with its own key.</summary>
    public static AttentionShape ReadUngrouped(ConfigReader config, int hidden, string key = "num_attention_heads")
    {
        var heads = config.Integer(key, 1, MaxHeads);
        return new AttentionShape(heads, heads, Split(config, hidden, heads));
    }

    private static AttentionShape Grouped(ConfigReader config, int hidden, int? keyValueHeads)
    {
        var heads = config.Integer("num_attention_heads", 1, MaxHeads);
        var shared = keyValueHeads ?? heads;
        return heads % shared == 0
            ? new AttentionShape(heads, shared, config.OptionalInteger("head_dim", 2, 1 << 16) ?? Split(config, hidden, heads))
            : throw config.Fault("num_key_value_heads", $"{heads} heads cannot be shared by {shared}");
    }

    private static int Split(ConfigReader config, int hidden, int heads) =>
        hidden % heads == 0 ? hidden / heads : throw config.Fault("hidden_size", $"{hidden} is not divisible by {heads} heads, and head_dim is not given");
}
