using System.Globalization;
using System.Text.Json;
using Loragate.EvalHarness.Tasks;

namespace Loragate.EvalHarness.Exchange;

/// <summary>Requests and answers in a line of a samples file: the harness writes numbers and truth values as texts, its Python objects as what they are.</summary>
internal static class SampleAnswers
{
    /// <summary>What float32 sums of log-probabilities of almost certain tokens come out above 0.</summary>
    private const double Rounding = 1e-5;

    /// <summary>How many requests there are, whatever they hold.</summary>
    public static int Count(JsonElement arguments) => arguments.ValueKind == JsonValueKind.Array ? arguments.GetArrayLength() : arguments.EnumerateObject().Count();

    /// <summary>The texts of each request: {"gen_args_0": {"arg_0": …}, …}, or a list of lists.</summary>
    /// <exception cref="FormatException">The element has another form.</exception>
    public static List<List<string>> Requests(JsonElement arguments) => [.. Items(arguments, "gen_args_").Select(static request => Items(request, "arg_").Select(Text).ToList())];

    /// <summary>What the first request says of how a text is to be generated.</summary>
    /// <exception cref="FormatException">It says nothing.</exception>
    public static JsonElement Options(JsonElement arguments) =>
        Items(arguments, "gen_args_").Take(1).SelectMany(static request => Items(request, "arg_")).ElementAtOrDefault(1) is { ValueKind: JsonValueKind.Object } options
            ? options
            : throw new FormatException("a request for a text without its options");

    /// <summary>An answer to each request of an item.</summary>
    /// <exception cref="FormatException">The element has another form, or another number of answers.</exception>
    public static IReadOnlyList<Response> Read(JsonElement answers, TaskItem item)
    {
        var expected = Math.Max(1, item.Continuations.Count);
        return answers.GetArrayLength() is var count && count == expected
            ? [.. answers.EnumerateArray().Select(one => Answer(one, item))]
            : throw new FormatException($"{count} answers where {expected} are expected");
    }

    private static Response Answer(JsonElement repeats, TaskItem item)
    {
        if (repeats.GetArrayLength() != 1)
            throw new FormatException("an answer that was asked for several times");
        var answer = repeats[0];
        if (item.Generation is not null)
            return Response.Generated(answer.GetString()!);
        if (item.Rolling is not null)
            return new Response(Number(answer), IsGreedy: false);
        return answer.GetArrayLength() == 2 ? new Response(Number(answer[0]), Truth(answer[1])) : throw new FormatException("an answer that is no pair of log-likelihood and greediness");
    }

    /// <summary>The items in order. An object's are read in one pass: to ask it for each by name takes hours where they are many.</summary>
    private static IEnumerable<JsonElement> Items(JsonElement element, string prefix)
    {
        if (element.ValueKind == JsonValueKind.Array)
            return element.EnumerateArray();
        var items = element.EnumerateObject().ToDictionary(static item => item.Name, static item => item.Value, StringComparer.Ordinal);
        return Enumerable.Range(0, items.Count).Select(i => items[prefix + i.ToString(CultureInfo.InvariantCulture)]);
    }

    private static string Text(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText();

    private static double Number(JsonElement element)
    {
        if (!double.TryParse(element.ValueKind == JsonValueKind.Number ? element.GetRawText() : element.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
            throw new FormatException("a log-likelihood that is no number");
        return value <= Rounding ? value : throw new FormatException("a log-likelihood above 0, which is a probability above 1");
    }

    private static bool Truth(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => element.GetString() switch
        {
            "True" => true,
            "False" => false,
            var other => throw new FormatException($"'{other}' is neither True nor False"),
        },
    };
}
