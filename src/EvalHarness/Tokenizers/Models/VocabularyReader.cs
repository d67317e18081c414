using System.Text.Json;

namespace Loragate.EvalHarness.Tokenizers.Models;

/// <summary>Reads the key <c>vocab</c> of models that write it as an object.</summary>
internal static class VocabularyReader
{
    /// <summary>Token to id.</summary>
    /// <exception cref="TokenizerException">An id is no whole number, or two tokens have the same.</exception>
    public static Dictionary<string, int> Read(TokenizerNode node)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        var ids = new HashSet<int>();
        foreach (var entry in node.Members("vocab"))
        {
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out var id) || id < 0)
                throw node.Fault($"the id of '{entry.Name}' is not a whole number");
            if (!ids.Add(id))
                throw node.Fault($"two tokens have the id {id}");
            vocabulary.Add(entry.Name, id);
        }
        return vocabulary;
    }

    /// <summary>The id of the unknown token; null where the model names none.</summary>
    /// <exception cref="TokenizerException">The token is not in the vocabulary.</exception>
    public static int? Unknown(TokenizerNode node, IReadOnlyDictionary<string, int> vocabulary) =>
        node.OptionalText("unk_token") is not { } unknown ? null
        : vocabulary.TryGetValue(unknown, out var id) ? id
        : throw node.Fault($"the unknown token '{unknown}' is not in the vocabulary");
}
