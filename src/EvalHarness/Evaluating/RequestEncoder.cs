using Loragate.EvalHarness.Scoring;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Text;
using Loragate.EvalHarness.Tokenizers;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>
/// Texts to token ids with lm-evaluation-harness's semantics (lm_eval/api/model.py, TemplateLM): context and continuation are encoded
/// together and split at the length of the encoded context, so that the seam has the tokens that the whole text has.
/// </summary>
public sealed class RequestEncoder
{
    private readonly Tokenizer _tokenizer;
    private readonly int _prefix;
    private readonly string _prefixText;

    /// <exception cref="EvaluationException">The tokenizer has neither a BOS nor an EOS token.</exception>
    public RequestEncoder(Tokenizer tokenizer, string folder)
    {
        _tokenizer = tokenizer;
        _prefix = tokenizer.BosId ?? tokenizer.EosId
            ?? throw new EvaluationException(folder, "the tokenizer has neither a BOS nor an EOS token, so a text cannot be scored from its beginning", "Restore tokenizer_config.json.");
        _prefixText = tokenizer.Decode([_prefix], skipSpecialTokens: false);
    }

    /// <summary>A context and its continuation: trailing white space of the context moves to the continuation.</summary>
    /// <exception cref="EvaluationException">The continuation has no token of its own: it merges with the context.</exception>
    public ScoringRequest Encode(ContinuationRequest request, string place)
    {
        var context = CodePoints.Strip(request.Context, start: false);
        var continuation = request.Context[context.Length..] + request.Continuation;
        if (context.Length == 0)
            return FromBeginning(_tokenizer.Encode(continuation, addSpecialTokens: false), place);
        var whole = Tokens(context + continuation);
        var split = Tokens(context).Length;
        return split < whole.Length
            ? new ScoringRequest(whole[..split], whole[split..])
            : throw Empty(place);
    }

    /// <summary>
    /// A whole text, in windows that fill the model (lm_eval/utils.py, get_rolling_token_windows with one token of context, then
    /// make_disjoint_window): every token is predicted once, with as much before it as fits.
    /// </summary>
    public IReadOnlyList<ScoringRequest> EncodeRolling(string text, int maxLength, string place)
    {
        var tokens = Tokens(text);
        if (tokens.Length == 0)
            throw Empty(place);
        var first = Math.Min(maxLength, tokens.Length);
        var windows = new List<ScoringRequest> { new([_prefix], tokens[..first]) };
        for (var predicted = first; predicted < tokens.Length;)
        {
            var end = Math.Min(predicted + maxLength, tokens.Length);
            windows.Add(new ScoringRequest(tokens[(end - maxLength - 1)..predicted], tokens[predicted..end]));
            predicted = end;
        }
        return windows;
    }

    /// <summary>A prompt to continue.</summary>
    public int[] EncodePrompt(string text) => Tokens(text) is { Length: > 0 } ids ? ids : [_prefix];

    /// <summary>A text that begins with the prefix token, as chat templates write it, gets no second one (lm_eval/models/huggingface.py, tok_encode).</summary>
    private int[] Tokens(string text) =>
        _tokenizer.Encode(text, addSpecialTokens: _prefixText.Length == 0 || !text.StartsWith(_prefixText, StringComparison.Ordinal));

    private ScoringRequest FromBeginning(int[] tokens, string place) => tokens switch
    {
        [] => throw Empty(place),
        [var only, ..] when only == _prefix && tokens.Length > 1 => new ScoringRequest(tokens[..1], tokens[1..]),
        _ => new ScoringRequest([_prefix], tokens),
    };

    private static EvaluationException Empty(string place) =>
        new(place, "the continuation has no token of its own", "Check the task's target_delimiter and the row.");
}
