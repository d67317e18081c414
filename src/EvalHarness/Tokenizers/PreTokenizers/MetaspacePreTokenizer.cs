namespace Loragate.EvalHarness.Tokenizers.PreTokenizers;

/// <summary>
/// SentencePiece's blanks: each blank becomes a visible character, one is put before the text unless it begins with one, and each begins a
/// piece of its own.
/// </summary>
/// <param name="replacement">The visible character, usually U+2581.</param>
/// <param name="prefix">Before which pieces a blank is put.</param>
/// <param name="splits">Whether blanks begin pieces.</param>
internal sealed class MetaspacePreTokenizer(char replacement, MetaspacePrefix prefix, bool splits) : PreTokenizer
{
    /// <inheritdoc/>
    public override bool AsksForStart => prefix == MetaspacePrefix.First;

    /// <summary>Reads the component.</summary>
    public static new MetaspacePreTokenizer Parse(TokenizerNode node) =>
        new(Replacement(node), Prefix(node), node.Flag("split", absent: true));

    /// <summary>Reads the key <c>replacement</c>.</summary>
    public static char Replacement(TokenizerNode node) =>
        node.Text("replacement") is [var replacement] ? replacement : throw node.Fault("'replacement' is not one character");

    /// <summary>Reads the key <c>prepend_scheme</c>, or <c>add_prefix_space</c> of older files.</summary>
    public static MetaspacePrefix Prefix(TokenizerNode node)
    {
        var older = node.Flag("add_prefix_space", absent: true) ? MetaspacePrefix.Always : MetaspacePrefix.Never;
        var scheme = node.OptionalText("prepend_scheme") switch
        {
            null => older,
            "always" => MetaspacePrefix.Always,
            "first" => MetaspacePrefix.First,
            "never" => MetaspacePrefix.Never,
            var other => throw node.Fault($"the prepend_scheme '{other}' is unknown"),
        };
        return older == MetaspacePrefix.Never && scheme != MetaspacePrefix.Never
            ? throw node.Fault("'add_prefix_space' and 'prepend_scheme' contradict each other")
            : scheme;
    }

    /// <inheritdoc/>
    public override void Split(Piece piece, List<Piece> pieces)
    {
        var text = piece.Text.Replace(' ', replacement);
        if ((prefix == MetaspacePrefix.Always || prefix == MetaspacePrefix.First && piece.AtStart) && !text.StartsWith(replacement))
            text = replacement + text;
        var changed = piece with { Text = text };
        if (splits)
            SplitBehaviors.Apply(changed, Places(text), SplitBehavior.MergedWithNext, invert: false, pieces);
        else if (text.Length > 0)
            pieces.Add(changed);
    }

    private List<(int Start, int End)> Places(string text) => [.. Enumerable.Range(0, text.Length).Where(i => text[i] == replacement).Select(i => (i, i + 1))];
}
