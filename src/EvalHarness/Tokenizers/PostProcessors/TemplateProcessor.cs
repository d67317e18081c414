using System.Text.Json;

namespace Loragate.EvalHarness.Tokenizers.PostProcessors;

/// <summary>A template for one text: special tokens and the place of the text among them.</summary>
internal sealed class TemplateProcessor : PostProcessor
{
    /// <summary>The ids of each element in order; null stands for the text.</summary>
    private readonly IReadOnlyList<int[]?> _elements;

    private TemplateProcessor(IReadOnlyList<int[]?> elements) => _elements = elements;

    /// <summary>Reads the component; the template for pairs of texts is not used.</summary>
    public static new TemplateProcessor Parse(TokenizerNode node)
    {
        var tokens = node.Child("special_tokens");
        return new TemplateProcessor([.. node.Children("single").Select(element => Element(element, tokens))]);
    }

    /// <inheritdoc/>
    public override List<int> Process(List<int> ids)
    {
        var result = new List<int>(ids.Count + _elements.Count);
        foreach (var element in _elements)
            result.AddRange(element ?? (IEnumerable<int>)ids);
        return result;
    }

    private static int[]? Element(TokenizerNode element, TokenizerNode? tokens)
    {
        if (element.Child("Sequence") is { } sequence)
            return sequence.Text("id") == "A" ? null : throw sequence.Fault("the template for one text names another");
        var token = element.Child("SpecialToken") ?? throw element.Fault("neither 'Sequence' nor 'SpecialToken'");
        var definition = tokens?.Child(token.Text("id")) ?? throw token.Fault($"'{token.Text("id")}' is not among the special tokens");
        return [.. definition.List("ids").Select(id => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var number)
            ? number
            : throw definition.Fault("'ids' holds something other than ids"))];
    }
}
