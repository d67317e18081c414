using System.Text.Json;

namespace Loragate.EvalHarness.Tokenizers.PostProcessors;

/// <summary>One token before the text and one after it (RoBERTa's cls and sep).</summary>
internal sealed class SurroundingProcessor(int first, int last) : PostProcessor
{
    /// <summary>Reads the component.</summary>
    public static new SurroundingProcessor Parse(TokenizerNode node) => new(Id(node, "cls"), Id(node, "sep"));

    /// <inheritdoc/>
    public override List<int> Process(List<int> ids) => [first, .. ids, last];

    private static int Id(TokenizerNode node, string key)
    {
        JsonElement[] pair = [.. node.List(key)];
        return pair is [{ ValueKind: JsonValueKind.String }, { ValueKind: JsonValueKind.Number } id] && id.TryGetInt32(out var number)
            ? number
            : throw node.Fault($"'{key}' is not a token and its id");
    }
}
