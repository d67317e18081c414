using System.Text.Json;
using Loragate.EvalHarness.Tasks;

namespace Loragate.EvalHarness.Tests.Tasks;

/// <summary>A model's answers as reference rows record them.</summary>
internal static class RecordedResponses
{
    public static IReadOnlyList<Response> Of(JsonElement row)
    {
        if (row.TryGetProperty("output", out var text) || row.TryGetProperty("generated", out text))
            return [Response.Generated(text.GetString()!)];
        if (row.TryGetProperty("loglikelihood", out var rolling))
            return [new Response(rolling.GetDouble(), IsGreedy: false)];
        var greedy = row.GetProperty("greedy").EnumerateArray().Select(flag => flag.ValueKind == JsonValueKind.True || (flag.ValueKind == JsonValueKind.Number && flag.GetInt32() == 1));
        return [.. row.GetProperty("loglikelihoods").EnumerateArray().Zip(greedy, (value, flag) => new Response(value.GetDouble(), flag))];
    }
}
