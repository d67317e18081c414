using System.Globalization;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Tasks;

namespace Loragate.EvalHarness.Exchange;

/// <summary>
/// The answers of a samples file, held against the task as it is here: every document there once, every request the task's to the byte, every score what the
/// answers give. What cannot be seen is which weights gave them.
/// </summary>
internal sealed class HarnessImport
{
    private const int MaxBytes = 1 << 30;
    private const string SameRun = "Import with the task file, data and prompt options of that run.";

    private const string MaxTokens = "max_gen_toks";

    /// <summary>What the harness's engines generate at most where a run does not say (lm_eval/models/huggingface.py, max_gen_toks).</summary>
    private const int DefaultTokens = 256;

    /// <summary>How far a score may lie from the one that follows from the answers: figures of the harness's own float32 and printing.</summary>
    private const double Tolerance = 1e-6;

    private readonly EvaluationQuestion _question;
    private readonly IReadOnlyList<TaskItem> _items;
    private readonly string _file;
    private readonly bool _engineHasOwnLength;
    private readonly IReadOnlyList<Response>?[] _answers;

    private HarnessImport(HarnessRun run, EvaluationQuestion question, IReadOnlyList<TaskItem> items, string file)
    {
        (_question, _items, _file) = (question, items, file);
        _engineHasOwnLength = run.ModelArguments.Contains(MaxTokens, StringComparison.Ordinal);
        _answers = new IReadOnlyList<Response>?[items.Count];
    }

    /// <summary>Reads the answers to each document, in row order.</summary>
    /// <param name="run">The run.</param>
    /// <param name="question">What is asked here.</param>
    /// <param name="items">The requests of the question.</param>
    /// <param name="digest">SHA-256 of the samples file.</param>
    /// <exception cref="MalformedInputException">A line is malformed, a document is missing or comes twice, or a request is another than the task's.</exception>
    /// <exception cref="IntegrityException">A score is another than the answers give.</exception>
    public static IReadOnlyList<IReadOnlyList<Response>> Read(HarnessRun run, EvaluationQuestion question, IReadOnlyList<TaskItem> items, out Digest digest)
    {
        var file = run.SamplesOf(question.Task.Name);
        var bytes = PlainFile.Read(file, MaxBytes);
        digest = Digest.Of(bytes);
        var import = new HarnessImport(run, question, items, file);
        import.ReadAll(bytes);
        return import.Complete();
    }

    private void ReadAll(byte[] bytes)
    {
        var seen = new HashSet<(int, string)>();
        var at = 0;
        for (var line = 1; at < bytes.Length; line++)
        {
            var end = Array.IndexOf(bytes, (byte)'\n', at);
            end = end < 0 ? bytes.Length : end;
            if (end > at)
                ReadLine(bytes.AsMemory(at, end - at), $"{_file}, line {line.ToString(CultureInfo.InvariantCulture)}", seen);
            at = end + 1;
        }
    }

    private void ReadLine(ReadOnlyMemory<byte> utf8, string place, HashSet<(int, string)> seen)
    {
        using var document = StrictJson.Parse(utf8, place);
        var line = document.RootElement;
        try
        {
            var id = line.GetProperty("doc_id").GetInt32();
            var chain = line.GetProperty("filter").GetString()!;
            if (id < 0 || id >= _question.Data.Rows)
                throw new ExchangeException(place, $"the document {id}, where the data has {_question.Data.Rows} rows");
            if (id >= _items.Count)
                return;
            if (!seen.Add((id, chain)))
                throw new ExchangeException(place, $"the document {id} comes twice");
            CheckRequests(line.GetProperty("arguments"), _items[id], place);
            var answers = SampleAnswers.Read(line.GetProperty("resps"), _items[id]);
            if (_answers[id] is { } other && !other.SequenceEqual(answers))
                throw new ExchangeException(place, $"the document {id} has other answers than in another line");
            _answers[id] = answers;
            CheckScores(line, chain, _items[id], answers, place);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new ExchangeException(place, $"not a sample of lm-evaluation-harness ({e.Message.TrimEnd('.')})", inner: e);
        }
    }

    private void CheckRequests(JsonElement arguments, TaskItem item, string place)
    {
        string[][] own = item.Rolling is { } text ? [[text]]
            : item.Generation is { } generation ? [[generation.Context]]
            : [.. item.Continuations.Select(static request => new[] { request.Context, request.Continuation })];
        if (SampleAnswers.Count(arguments) is var count && count != own.Length)
            throw new ExchangeException(place, $"{count} requests where the task makes {own.Length}", SameRun);
        var asked = SampleAnswers.Requests(arguments);
        for (var i = 0; i < own.Length; i++)
        {
            if (!asked[i].Take(own[i].Length).SequenceEqual(own[i]))
                throw new ExchangeException(place, $"request {i} is another than the task makes here", SameRun);
        }
        if (item.Generation is { } request && OtherOption(SampleAnswers.Options(arguments), request) is { } option)
            throw new ExchangeException(place, $"the text was generated with another '{option}' than the task's", SameRun);
    }

    /// <summary>An option by which a text may have become another than the task's greedy one; null where there is none.</summary>
    private string? OtherOption(JsonElement options, GenerationRequest own)
    {
        var given = options.EnumerateObject().ToDictionary(static option => option.Name, static option => option.Value, StringComparer.Ordinal);
        given.TryAdd("until", default);
        if (own.MaxTokens != DefaultTokens || _engineHasOwnLength)
            given.TryAdd(MaxTokens, default);
        return given.Where(option => !IsOwn(option.Key, option.Value, own)).Select(static option => option.Key).Order(StringComparer.Ordinal).FirstOrDefault();
    }

    private static bool IsOwn(string name, JsonElement value, GenerationRequest own) => (name, value.ValueKind) switch
    {
        ("until", JsonValueKind.String) => own.Until.SequenceEqual([value.GetString()!]),
        ("until", JsonValueKind.Array) => own.Until.SequenceEqual(value.EnumerateArray().Select(static stop => stop.GetString()!)),
        (MaxTokens, JsonValueKind.Number) => value.TryGetInt32(out var tokens) && tokens == own.MaxTokens,
        ("temperature", JsonValueKind.Number) => value.GetDouble() == 0,
        ("do_sample" or "temperature", JsonValueKind.Null) or ("do_sample", JsonValueKind.False) => true,
        _ => false,
    };

    private void CheckScores(JsonElement line, string chain, TaskItem item, IReadOnlyList<Response> answers, string place)
    {
        var plans = _question.Task.Plans.Where(plan => plan.Chain == chain).ToList();
        if (plans.Count == 0)
            throw new ExchangeException(place, $"the filter '{chain}', which the task does not have");
        var scores = _question.Task.Score(item, answers);
        foreach (var plan in plans)
        {
            if (scores.TryGetValue(plan.ScoreName, out var own) && line.TryGetProperty(plan.Metric, out var given) && given.ValueKind == JsonValueKind.Number && Math.Abs(given.GetDouble() - own) > Tolerance)
                throw new IntegrityException(place, $"{plan.Metric} is {given.GetRawText()}, the answers give {own.ToString(CultureInfo.InvariantCulture)}");
        }
    }

    private List<IReadOnlyList<Response>> Complete() => [.. _answers.Select((answers, id) => answers
        ?? throw new ExchangeException(_file, $"the document {id} is missing", "Import a run over all rows that are asked for; a part that was picked decides nothing."))];
}
