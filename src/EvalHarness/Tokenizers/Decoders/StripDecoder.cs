namespace Loragate.EvalHarness.Tokenizers.Decoders;

/// <summary>Removes up to so many of one character from the start and from the end of every piece.</summary>
internal sealed class StripDecoder(char content, int start, int stop) : Decoder
{
    /// <summary>Reads the component.</summary>
    public static new StripDecoder Parse(TokenizerNode node) =>
        node.Text("content") is [var content]
            ? new StripDecoder(content, node.Number("start"), node.Number("stop"))
            : throw node.Fault("'content' is not one character");

    /// <inheritdoc/>
    public override List<string> Decode(List<string> tokens) => tokens.ConvertAll(Strip);

    private string Strip(string token)
    {
        var from = 0;
        while (from < start && from < token.Length && token[from] == content)
            from++;
        var to = token.Length;
        while (token.Length - to < stop && to > from && token[to - 1] == content)
            to--;
        return token[from..to];
    }
}
