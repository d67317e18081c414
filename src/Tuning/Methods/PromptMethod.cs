using System.Globalization;
using Loragate.EvalHarness.Models;

namespace Loragate.Tuning.Methods;

/// <summary>
/// Prompt tuning: n virtual tokens before every sequence, whose hidden states P (n, hidden) are trained, the model fixed (Lester et al., arXiv 2104.08691).
/// They begin as the embeddings of n tokens that the seed picks from the whole vocabulary, as PEFT's SAMPLE_VOCAB does; the paper picks from its 5,000 most common ones.
/// </summary>
public sealed record PromptMethod : TuningMethod
{
    /// <inheritdoc/>
    public override string Name => "prompt";

    /// <summary>n; the paper's longest unless given.</summary>
    public int Tokens { get; init; } = 100;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["tokens"] = Tokens.ToString(CultureInfo.InvariantCulture) };

    /// <inheritdoc/>
    internal override TunedModel Start(LanguageModel model, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Tokens >= 1 && Tokens < model.MaxLength - 1
            ? new PromptModel(this, model, seed)
            : throw new TuningException("tokens", $"{Tokens} virtual tokens, and the model's context has {model.MaxLength}", "Give from 1 to what leaves room for the data.");
    }
}
