using System.Text;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tokenizers.Normalizers;

/// <summary>A Unicode normalization form (UAX #15).</summary>
internal sealed class UnicodeFormNormalizer(NormalizationForm form) : Normalizer
{
    /// <inheritdoc/>
    public override string Normalize(string text) => Normalization.Normalize(text, form);
}
