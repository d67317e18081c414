using System.Globalization;
using System.Text;

namespace Loragate.EvalHarness.Tokenizers.Normalizers;

/// <summary>Removes non-spacing marks (category Mn); a decomposition before it makes accents such marks.</summary>
internal sealed class StripAccentsNormalizer : Normalizer
{
    /// <inheritdoc/>
    public override bool CanRemove => true;

    /// <inheritdoc/>
    public override string Normalize(string text) =>
        string.Concat(text.EnumerateRunes().Where(static rune => Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark));
}
