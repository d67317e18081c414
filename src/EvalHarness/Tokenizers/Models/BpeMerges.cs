using System.Text.Json;

namespace Loragate.EvalHarness.Tokenizers.Models;

/// <summary>The merges of a BPE model: a pair of ids to its rank and the id of the whole.</summary>
internal static class BpeMerges
{
    /// <summary>Reads the list, in either spelling: "a b" or ["a", "b"].</summary>
    /// <exception cref="TokenizerException">A merge names a token that is not in the vocabulary.</exception>
    public static Dictionary<(int Left, int Right), (int Rank, int Id)> Parse(TokenizerNode node, Dictionary<string, int> vocabulary, string? prefix)
    {
        var merges = new Dictionary<(int, int), (int, int)>();
        var rank = 0;
        foreach (var item in node.List("merges"))
        {
            var (left, right) = Pair(node, item, rank);
            var whole = left + (prefix is not null && right.StartsWith(prefix, StringComparison.Ordinal) ? right[prefix.Length..] : right);
            merges[(Id(left), Id(right))] = (rank, Id(whole));
            rank++;
        }
        return merges;

        int Id(string token) => vocabulary.TryGetValue(token, out var id)
            ? id
            : throw node.Fault($"merge {rank} names '{token}', which is not in the vocabulary");
    }

    private static (string Left, string Right) Pair(TokenizerNode node, JsonElement item, int rank)
    {
        IReadOnlyList<string?> parts = item.ValueKind switch
        {
            JsonValueKind.String => [.. item.GetString()!.Split(' ')],
            JsonValueKind.Array => [.. item.EnumerateArray().Select(part => part.ValueKind == JsonValueKind.String ? part.GetString() : null)],
            _ => [],
        };
        return parts is [{ } left, { } right] ? (left, right) : throw node.Fault($"merge {rank} is not a pair of tokens");
    }
}
