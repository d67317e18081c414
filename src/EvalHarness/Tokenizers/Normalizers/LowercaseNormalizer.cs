using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tokenizers.Normalizers;

/// <summary>Lower case, character by character, as Rust's <c>char::to_lowercase</c>: no context, so no final sigma.</summary>
internal sealed class LowercaseNormalizer : Normalizer
{
    /// <inheritdoc/>
    public override string Normalize(string text) => string.Concat(text.EnumerateRunes().Select(rune => Casing.Lower(rune.ToString())));
}
