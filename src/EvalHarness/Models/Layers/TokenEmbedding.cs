using Loragate.EvalHarness.Models.Adapters;
using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>Token ids (T) → hidden states (T, hidden): rows of a table, times a factor.</summary>
/// <param name="name">The tensor that the table is stored as.</param>
/// <param name="weight">(vocabulary, hidden).</param>
/// <param name="multiplier">The factor, already of the table's type; null for 1.</param>
/// <param name="update">What an attached adapter adds; null where there is none.</param>
/// <param name="prompt">The hidden states of virtual tokens, whose ids follow the vocabulary, (n, hidden); null where there are none.</param>
internal sealed class TokenEmbedding(string name, Tensor weight, Scalar? multiplier, AttachedRows? update, Tensor? prompt)
{
    // Held: see docs/decisions/0007-scalars-are-held.md.
    private readonly Scalar _vocabulary = weight.shape[0].ToScalar();
    private readonly Scalar _last = (weight.shape[0] - 1).ToScalar();

    public string Name => name;

    /// <summary>The table, which a tied head shares.</summary>
    public Tensor Weight => weight;

    /// <summary>How many virtual tokens there are.</summary>
    public int PromptLength => (int)(prompt?.shape[0] ?? 0);

    public Tensor Of(Tensor tokens) => prompt is null ? Real(tokens) : Mixed(tokens, prompt);

    private Tensor Mixed(Tensor tokens, Tensor virtuals)
    {
        var isVirtual = tokens.gt(_last);
        var number = (tokens.Minus(full_like(tokens, _vocabulary))) * isVirtual.to_type(tokens.dtype);
        return where(isVirtual.unsqueeze(-1), virtuals.index_select(0, number), Real(tokens.clamp_max(_last)));
    }

    private Tensor Real(Tensor tokens)
    {
        var rows = weight.index_select(0, tokens);
        if (update is not null)
            rows = rows.Plus(update.Of(tokens, rows.dtype));
        return multiplier is null ? rows : rows * multiplier;
    }
}
