namespace Loragate.EvalHarness.Tokenizers;

/// <summary>A token that is found in the text before anything else happens to it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text.</param>
/// <param name="SingleWord">Whether it must not touch word characters.</param>
/// <param name="LeftStrip">Whether it takes the white space before it.</param>
/// <param name="RightStrip">Whether it takes the white space after it.</param>
/// <param name="Normalized">Whether it is sought in normalized text, normalized itself.</param>
/// <param name="Special">Whether decoding may skip it.</param>
internal sealed record AddedToken(int Id, string Content, bool SingleWord, bool LeftStrip, bool RightStrip, bool Normalized, bool Special)
{
    /// <summary>Reads one entry of <c>added_tokens</c>.</summary>
    public static AddedToken Parse(TokenizerNode node) => new(
        node.Number("id"),
        node.Text("content"),
        node.Flag("single_word", absent: false),
        node.Flag("lstrip", absent: false),
        node.Flag("rstrip", absent: false),
        node.Flag("normalized", absent: true),
        node.Flag("special", absent: false));
}
