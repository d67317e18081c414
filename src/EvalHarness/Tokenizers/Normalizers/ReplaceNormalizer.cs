namespace Loragate.EvalHarness.Tokenizers.Normalizers;

/// <summary>Replaces every match of a pattern.</summary>
internal sealed class ReplaceNormalizer(TokenizerPattern pattern, string content) : Normalizer
{
    /// <inheritdoc/>
    public override bool CanRemove => content.Length == 0;

    /// <inheritdoc/>
    public override string Normalize(string text) => pattern.Replace(text, content);
}
