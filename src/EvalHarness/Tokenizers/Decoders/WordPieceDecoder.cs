namespace Loragate.EvalHarness.Tokenizers.Decoders;

/// <summary>Joins word pieces: a token with the prefix continues the word, any other begins one behind a blank.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleansUp) : Decoder
{
    /// <summary>English punctuation and contractions whose blanks go, in the library's order.</summary>
    private static readonly (string Spaced, string Closed)[] Spacings =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    /// <summary>Reads the component.</summary>
    public static new WordPieceDecoder Parse(TokenizerNode node) => new(node.OptionalText("prefix") ?? "##", node.Flag("cleanup", absent: true));

    /// <inheritdoc/>
    public override List<string> Decode(List<string> tokens) => [.. tokens.Select((token, i) => Clean(i == 0 ? token : Join(token)))];

    private string Join(string token) => token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;

    private string Clean(string token) =>
        cleansUp ? Spacings.Aggregate(token, static (text, spacing) => text.Replace(spacing.Spaced, spacing.Closed, StringComparison.Ordinal)) : token;
}
