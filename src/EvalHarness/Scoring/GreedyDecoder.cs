using Loragate.EvalHarness.Models;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Scoring;

/// <summary>
/// Generates by taking the most likely token each time (the first of equals), with cached keys and values. A sequence is computed by one thread,
/// so that its bits do not depend on how many there are; several threads may generate at once.
/// </summary>
/// <param name="model">The model; it stays the caller's.</param>
public sealed class GreedyDecoder(LanguageModel model)
{
    private readonly LanguageModel _model = model ?? throw new ArgumentNullException(nameof(model));

    /// <summary>Continues a context.</summary>
    /// <param name="context">At least one token id; cut on the left to the model's length minus <paramref name="maxTokens"/>.</param>
    /// <param name="maxTokens">The most tokens to generate; below the model's length.</param>
    /// <param name="shouldStop">Sees the generated tokens after each one and says whether to stop.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>The generated tokens.</returns>
    /// <exception cref="ModelException">A token id is beyond the vocabulary, there is no room for the context, or the logits are not finite.</exception>
    public GeneratedTokens Generate(IReadOnlyList<int> context, int maxTokens, Func<IReadOnlyList<int>, bool> shouldStop, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(shouldStop);
        ArgumentOutOfRangeException.ThrowIfZero(context.Count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxTokens);
        if (maxTokens >= _model.MaxLength)
            throw new ModelException(_model.Name, $"{maxTokens} tokens are to be generated, and the model's context has {_model.MaxLength}", "Generate fewer.");
        _model.CheckTokens(context, _model.Name);
        set_num_threads(1);
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var cut = Math.Max(0, context.Count - (_model.MaxLength - maxTokens));
        int[] kept = [.. _model.Prompt, .. context.Skip(cut)];
        var (tokens, margin) = Decode(kept, new CachedAttention(_model, kept.Length + maxTokens), maxTokens, shouldStop, cancellation);
        return new GeneratedTokens(tokens, margin, cut > 0);
    }

    private (IReadOnlyList<int> Tokens, double Margin) Decode(int[] context, CachedAttention cache, int maxTokens, Func<IReadOnlyList<int>, bool> shouldStop, CancellationToken cancellation)
    {
        var generated = new List<int>();
        var least = double.PositiveInfinity;
        var unseen = context;
        while (true)
        {
            var (token, margin) = Next(unseen, cache, cancellation);
            generated.Add(token);
            least = Math.Min(least, margin);
            if (generated.Count == maxTokens || shouldStop(generated))
                return (generated, least);
            unseen = Unseen(context, generated, cache);
        }
    }

    /// <summary>The last token; the whole sequence where it has just become a long one, whose keys have other positions.</summary>
    private int[] Unseen(int[] context, List<int> generated, CachedAttention cache)
    {
        if (_model.IsLong(cache.Length + 1) == _model.IsLong(cache.Length))
            return [generated[^1]];
        cache.Clear();
        return [.. context, .. generated];
    }

    /// <summary>The likeliest token, and how much likelier it is than the next one: a difference of logits is one of log-probabilities.</summary>
    private (int Token, double Margin) Next(int[] tokens, CachedAttention cache, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (position, end) = (cache.Length, cache.Length + tokens.Length);
        var hidden = _model.Hidden(tokens, [.. Enumerable.Range(position, tokens.Length)], _model.IsLong(end), cache, cancellation);
        cache.Advance(tokens.Length);
        var logits = _model.Head(hidden.narrow(0, tokens.Length - 1, 1));
        if (!logits.isfinite().all().item<bool>())
            throw new ModelException($"{_model.Name}, generated token at position {end}", "the model's logits are not finite", "Its weights are, so numbers grew too large on the way: evaluate in float32.");
        var two = logits.to(ScalarType.Float32).topk(2, -1).values.view(-1);
        return ((int)logits.argmax(-1).item<long>(), two[0].item<float>() - two[1].item<float>());
    }
}
