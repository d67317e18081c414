using System.Text;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tasks.Metrics;

/// <summary>Equality after Unicode's compatibility composition (NFKC) of both texts, stripped: llm-jp-eval's exact_match. Ａ１ equals A1, ｶﾞ equals ガ.</summary>
internal sealed class NfkcExactMatch : TextMetric
{
    /// <summary>llm-jp-eval's <c>normalize</c>.</summary>
    public static string Normalize(string text) => CodePoints.Strip(Normalization.Normalize(CodePoints.Strip(text), NormalizationForm.FormKC));

    /// <inheritdoc/>
    protected override double Score(string text, string reference) => Normalize(text) == Normalize(reference) ? 1 : 0;
}
