using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Contamination;

/// <summary>
/// What an evaluation text must share with a training set to be called overlapping: 13 words in a row (T. Brown et al., "Language Models are Few-Shot
/// Learners", 2020, appendix C); a shorter text of at least 5 every 5 words in a row that it has, so that it is found inside a longer one. Words are maximal runs of letters, digits and marks after NFKC and lower-casing; of scripts
/// that write no spaces every character is a word.
/// </summary>
internal static class WordWindows
{
    /// <summary>Words in a window of a long text.</summary>
    public const int Length = 13;

    /// <summary>Words in a window of a shorter text.</summary>
    public const int ShortLength = 5;

    private const char Separator = '\u001F';

    private static readonly (int From, int To)[] Spaceless =
        [(0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)];

    /// <summary>All windows of a training text, of both lengths: the first 8 bytes of the SHA-256 of their words, joined by U+001F.</summary>
    public static IEnumerable<ulong> OfTraining(string text)
    {
        var words = Words(text);
        return Windows(words, Length).Concat(Short(words));
    }

    /// <summary>The windows that an evaluation text is looked for by, and whether all of them must be there; none for a text that is too short.</summary>
    public static (IReadOnlyList<ulong> Windows, bool AsWhole) OfEvaluation(IReadOnlyList<string> words) =>
        words.Count < Length ? ([.. Short(words)], true) : ([.. Windows(words, Length)], false);

    /// <summary>Every window of a shorter text's length, in order.</summary>
    public static IEnumerable<ulong> Short(IReadOnlyList<string> words) => Windows(words, ShortLength);

    private static IEnumerable<ulong> Windows(IReadOnlyList<string> words, int length) =>
        Enumerable.Range(0, Math.Max(0, words.Count - length + 1)).Select(start => Digest(words, start, length));

    /// <summary>A text's words in order.</summary>
    public static IReadOnlyList<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in Casing.Lower(Normalization.Normalize(text, NormalizationForm.FormKC)).EnumerateRunes())
        {
            var isOwnWord = Spaceless.Any(range => rune.Value >= range.From && rune.Value <= range.To);
            if (word.Length > 0 && (isOwnWord || !CodePoints.IsWord(rune)))
            {
                words.Add(word.ToString());
                word.Clear();
            }
            if (isOwnWord && CodePoints.IsWord(rune))
                words.Add(rune.ToString());
            else if (CodePoints.IsWord(rune))
                word.Append(rune.ToString());
        }
        if (word.Length > 0)
            words.Add(word.ToString());
        return words;
    }

    private static ulong Digest(IReadOnlyList<string> words, int start, int count) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(Separator, words.Skip(start).Take(count)))));
}
