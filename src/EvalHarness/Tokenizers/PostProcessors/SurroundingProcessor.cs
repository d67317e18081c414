using System.Text.Json;

namespace Loragate.EvalHarness.Tokenizers.PostProcessors;

/// <summary>Tokens before the text and tokens after it.</summary>
internal sealed class SurroundingProcessor(int[] before, int[] after) : PostProcessor
{
    /// <summary>Reads the component of RoBERTa or BERT: one token before, one after.</summary>
    public static new SurroundingProcessor Parse(TokenizerNode node) => new([Id(node, "cls")], [Id(node, "sep")]);

    /// <inheritdoc/>
    public override List<int> Process(List<int> ids) => [.. before, .. ids, .. after];

    private static int Id(TokenizerNode node, string key)
    {
        JsonElement[] pair = [.. node.List(key)];
        return pair is [{ ValueKind: JsonValueKind.String }, { ValueKind: JsonValueKind.Number } id] && id.TryGetInt32(out var number)
            ? number
            : throw node.Fault($"'{key}' is not a token and its id");
    }
}
