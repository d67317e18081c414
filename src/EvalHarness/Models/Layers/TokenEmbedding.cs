using Loragate.EvalHarness.Models.Adapters;
using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>Token ids (T) → hidden states (T, hidden): rows of a table, times a factor.</summary>
/// <param name="name">The tensor that the table is stored as.</param>
/// <param name="weight">(vocabulary, hidden).</param>
/// <param name="multiplier">The factor, already of the table's type; null for 1.</param>
/// <param name="update">What an attached adapter adds; null where there is none.</param>
internal sealed class TokenEmbedding(string name, Tensor weight, Scalar? multiplier, AttachedRows? update)
{
    public string Name => name;

    /// <summary>The table, which a tied head shares.</summary>
    public Tensor Weight => weight;

    public Tensor Of(Tensor tokens)
    {
        var rows = weight.index_select(0, tokens);
        if (update is not null)
            rows = rows.Plus(update.Of(tokens, rows.dtype));
        return multiplier is null ? rows : rows * multiplier;
    }
}
