using System.Globalization;
using System.Text.Json;
using Loragate.EvalHarness.Scoring;

namespace Loragate.EvalHarness.Remote;

/// <summary>
/// Reads <c>choices[0].prompt_logprobs</c>: null for the first token, then for every token an object that holds the token's own entry, by id, whether or not it is among
/// the likeliest. An answer of another length, a null, another token or a value that is no log-probability is a fault, never a zero.
/// </summary>
internal static class PromptScores
{
    /// <summary>What vLLM writes where a log-probability is lower, so that it is no figure.</summary>
    private const double Clamped = -9999;

    public static ScoringResult Read(JsonElement answer, string model, int[] tokens, int context, string place)
    {
        if (answer.GetProperty("model").GetString() is var named && named != model)
            throw Fault(place, $"the answer is of the model '{named}' where '{model}' was asked");
        var choices = answer.GetProperty("choices");
        if (choices.GetArrayLength() != 1)
            throw Fault(place, $"{choices.GetArrayLength()} choices where one was asked for");
        if (!choices[0].TryGetProperty("prompt_logprobs", out var entries) || entries.ValueKind != JsonValueKind.Array)
            throw Fault(place, "no prompt_logprobs");
        if (entries.GetArrayLength() != tokens.Length)
            throw Fault(place, $"log-probabilities of {entries.GetArrayLength()} tokens where {tokens.Length} were sent");
        var (sum, isGreedy, margin, position) = (0.0, true, (double?)double.PositiveInfinity, 0);
        foreach (var entry in entries.EnumerateArray())
        {
            if (position > 0)
            {
                var at = $"{place}, token {position.ToString(CultureInfo.InvariantCulture)}";
                var (logProbability, rank) = Own(entry, tokens[position], at);
                if (position >= context)
                {
                    (sum, isGreedy) = (sum + logProbability, isGreedy && rank == 1);
                    margin = LikeliestOther(entry, tokens[position], at) is { } other && margin is { } least ? Math.Min(least, logProbability - other) : null;
                }
            }
            position++;
        }
        return new ScoringResult(sum, isGreedy, IsTruncated: false, margin);
    }

    private static (double LogProbability, int Rank) Own(JsonElement entry, int token, string place)
    {
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty(token.ToString(CultureInfo.InvariantCulture), out var own))
            throw Fault(place, entry.ValueKind == JsonValueKind.Null ? "the log-probability is null" : $"no log-probability of the token {token} that was sent");
        var (logProbability, rank) = (own.GetProperty("logprob").GetDouble(), own.GetProperty("rank").GetInt32());
        return logProbability is > Clamped and <= 0 && rank >= 1 ? (logProbability, rank) : throw Fault(place, $"{logProbability} at rank {rank} is no log-probability");
    }

    /// <summary>The log-probability of the likeliest token beside the one that was sent; null where the server tells of no other.</summary>
    private static double? LikeliestOther(JsonElement entry, int token, string place)
    {
        var name = token.ToString(CultureInfo.InvariantCulture);
        double[] others = [.. entry.EnumerateObject().Where(other => other.Name != name).Select(other => other.Value.GetProperty("logprob").GetDouble())];
        if (others.Length == 0)
            return null;
        return others.Max() is <= 0 and var likeliest ? likeliest : throw Fault(place, "a log-probability of another token that is none");
    }

    private static RemoteException Fault(string place, string fault) =>
        new(place, fault, "Use a server that answers prompt_logprobs for every token, as vLLM does, with logprobs_mode raw_logprobs.");
}
