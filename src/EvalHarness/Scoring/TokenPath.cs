using Loragate.EvalHarness.Models;

namespace Loragate.EvalHarness.Scoring;

/// <summary>
/// A request as the model reads it: (context + continuation) cut on the left to the model's length plus one, without its last token,
/// which is only predicted. The last inputs predict the continuation.
/// </summary>
/// <param name="Start">Position of the first input: behind a beginning that is kept already, or 0.</param>
/// <param name="Inputs">The token ids that are run.</param>
/// <param name="Targets">The continuation.</param>
/// <param name="IsTruncated">Whether anything was cut off.</param>
/// <param name="IsLong">Whether the model gives a sequence of this length the positions of long ones.</param>
internal sealed record TokenPath(int Start, IReadOnlyList<int> Inputs, IReadOnlyList<int> Targets, bool IsTruncated, bool IsLong)
{
    /// <summary>Index of the input that predicts the first target.</summary>
    public int FirstScored => Inputs.Count - Targets.Count;

    /// <summary>The same path without a beginning that is kept; the path itself where it begins otherwise.</summary>
    public TokenPath Behind(IReadOnlyList<int> beginning) => !IsLong && beginning.Count > 0 && beginning.Count <= FirstScored && Inputs.Take(beginning.Count).SequenceEqual(beginning)
        ? this with { Start = beginning.Count, Inputs = [.. Inputs.Skip(beginning.Count)] }
        : this;

    /// <summary>Reads a request for a model.</summary>
    /// <exception cref="ModelException">The continuation does not fit the model, or a token id is beyond the vocabulary.</exception>
    public static TokenPath Of(ScoringRequest request, LanguageModel model, string place)
    {
        if (request.Context.Count == 0 || request.Continuation.Count == 0)
            throw new ArgumentException($"{place}: context and continuation have one token at least.", nameof(request));
        if (request.Continuation.Count > model.MaxLength)
            throw new ModelException(place, $"a continuation of {request.Continuation.Count} tokens, and the model's context has {model.MaxLength}", "Shorten it, or score it in rolling windows.");
        int[] all = [.. request.Context, .. request.Continuation];
        model.CheckTokens(all, place);
        var start = Math.Max(0, all.Length - (model.MaxLength + 1));
        int[] inputs = [.. model.Prompt, .. all[start..^1]];
        return new TokenPath(0, inputs, request.Continuation, start > 0, model.IsLong(inputs.Length));
    }
}
