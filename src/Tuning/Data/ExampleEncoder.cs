using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Scoring;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Templates;
using Loragate.EvalHarness.Tokenizers;

namespace Loragate.Tuning.Data;

/// <summary>
/// Rows to token ids, split between what is given and what is learnt just as evaluation splits a context and its continuation. A completion is followed by
/// the tokenizer's end token; in a chat, what the template writes behind an answer's beginning is learnt with it.
/// </summary>
internal sealed class ExampleEncoder
{
    private readonly string _folder;
    private readonly Tokenizer _tokenizer;
    private readonly RequestEncoder _encoder;
    private readonly Lazy<ChatTemplate?> _template;

    /// <exception cref="Artifacts.MalformedInputException">The folder's tokenizer is not supported.</exception>
    public ExampleEncoder(string folder)
    {
        _folder = folder;
        _tokenizer = Tokenizer.Load(folder);
        _encoder = new RequestEncoder(_tokenizer, folder);
        _template = new Lazy<ChatTemplate?>(() => ChatTemplate.Load(folder));
    }

    /// <summary>The tokenizer by content.</summary>
    public Artifacts.Digest TokenizerDigest => _tokenizer.Digest;

    /// <summary>SHA-256 of the chat template's text; null while no row went through it.</summary>
    public Artifacts.Digest? TemplateDigest => _template.IsValueCreated ? _template.Value?.Digest : null;

    /// <summary>The tokens of a row.</summary>
    /// <exception cref="TuningException">The row cannot be split; it is named.</exception>
    public Example Encode(TrainingRow row)
    {
        var example = row.IsChat ? Chat(row) : Completion(row);
        return example.Learnt > 0 ? example : throw new TuningException(row.Place, "no token is left to be learnt", "Correct the row, or the model's chat template.");
    }

    private Example Completion(TrainingRow row)
    {
        var request = Split(row);
        int[] end = _tokenizer.EosId is { } id ? [id] : [];
        return new Example(
            [.. request.Context, .. request.Continuation, .. end],
            [.. request.Context.Select(_ => false), .. request.Continuation.Select(_ => true), .. end.Select(_ => true)]);
    }

    private ScoringRequest Split(TrainingRow row)
    {
        try
        {
            return _encoder.Encode(new ContinuationRequest(row.Turns[0].Text, row.Turns[1].Text), row.Place);
        }
        catch (EvaluationException fault)
        {
            throw new TuningException(row.Place, $"prompt and completion cannot be told apart in tokens: {fault.Fault}", "Begin the completion with a space or a new line, or move the seam to a word's end.");
        }
    }

    private Example Chat(TrainingRow row)
    {
        var template = _template.Value
            ?? throw new TuningException(row.Place, $"a conversation, and {_folder} has no chat template", "Write rows of prompt and completion, or restore the model's template.");
        var whole = Render(template, row.Turns, false);
        var tokens = _tokenizer.Encode(whole, addSpecialTokens: false);
        var learnt = new bool[tokens.Length];
        for (var turn = 0; turn < row.Turns.Count; turn++)
        {
            if (row.Turns[turn].Role != TrainingRow.Assistant)
                continue;
            var start = Shared(whole, Render(template, [.. row.Turns.Take(turn)], true), tokens, row);
            var end = turn == row.Turns.Count - 1 ? tokens.Length : Shared(whole, Render(template, [.. row.Turns.Take(turn + 1)], false), tokens, row);
            learnt.AsSpan(start, end - start).Fill(true);
        }
        learnt.AsSpan(0, Math.Min(1, learnt.Length)).Clear();
        return new Example(tokens, learnt);
    }

    /// <summary>How many tokens a conversation shares with a beginning of it; a token across the seam belongs to what follows.</summary>
    private int Shared(string whole, string beginning, int[] tokens, TrainingRow row) =>
        whole.StartsWith(beginning, StringComparison.Ordinal)
            ? tokens.AsSpan().CommonPrefixLength(_tokenizer.Encode(beginning, addSpecialTokens: false))
            : throw new TuningException($"{row.Place}, chat template of {_folder}", "the beginning of the conversation is written in another way than within the whole, so the answers cannot be told apart", "Write the row as prompt and completion.");

    private static string Render(ChatTemplate template, IReadOnlyList<(string Role, string Text)> turns, bool isOpen) => template.Render(
        new ListValue([.. turns.Select(t => new DictValue([KeyValuePair.Create("role", (Value)new StringValue(t.Role)), KeyValuePair.Create("content", (Value)new StringValue(t.Text))]))]), isOpen);
}
