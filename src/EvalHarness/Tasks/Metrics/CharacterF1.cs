using Loragate.Artifacts;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tasks.Metrics;

/// <summary>
/// llm-jp-eval's char_f1: fuzzywuzzy 0.18's <c>token_sort_ratio</c> over 100, of texts in NFKC, with Python's difflib as fuzzywuzzy uses where no
/// Levenshtein package is installed (with one, or in rapidfuzz, figures differ by a few hundredths). Latin-1 beyond ASCII is dropped,
/// what is neither letter nor digit is a blank, words are sorted; the ratio is rounded to a whole percent, halves to even.
/// </summary>
internal sealed class CharacterF1 : TextMetric
{
    private static readonly PythonRegex NoWord = PythonRegex.Compile(@"\W", "char_f1");

    /// <inheritdoc/>
    protected override double Score(string text, string reference)
    {
        var (a, b) = (SortWords(NfkcExactMatch.Normalize(text)), SortWords(NfkcExactMatch.Normalize(reference)));
        if (a == b)
            return 1;
        return a.Length == 0 || b.Length == 0 ? 0 : Math.Round(100 * SequenceRatio.Of(a, b), MidpointRounding.ToEven) / 100;
    }

    private static string SortWords(string text)
    {
        var ascii = string.Concat(text.Where(static c => c is < '\x80' or > '\xFF'));
        var words = Casing.Lower(NoWord.Substitute(ascii, " ")).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words.OrderBy(static word => word, CodePointOrder.Instance));
    }
}
