using System.Text;

namespace Loragate.Governance.Reports.Text;

/// <summary>What a policy says in plain words, for a report in one language: words of the other language tell the reader nothing.</summary>
internal static class PolicyQuote
{
    // Japanese about software holds many Latin names; English about Japan may hold a title in Japanese.
    private const int MostLatinOfOne = 4;

    /// <summary>The words in the report's language, without a full stop at their end; null where the policy does not have them.</summary>
    /// <param name="language">The report's language.</param>
    /// <param name="words">The policy's words, in whatever language.</param>
    /// <param name="japanese">The same in Japanese; null where the policy does not have them.</param>
    public static string? In(ReportLanguage language, string words, string? japanese)
    {
        var isJapanese = language == ReportLanguage.Japanese;
        var fitting = isJapanese && japanese is not null ? japanese : IsJapanese(words) == isJapanese ? words : "";
        return WithoutStop(fitting) is { Length: > 0 } quoted ? quoted : null;
    }

    /// <summary>Words as they stand in quotation marks inside a sentence, which has its own full stop.</summary>
    public static string WithoutStop(string words) => words.Trim().TrimEnd('.', '。');

    private static bool IsJapanese(string words)
    {
        var letters = words.EnumerateRunes().Where(Rune.IsLetter).ToArray();
        return letters.Count(rune => rune.Value is >= 0x3041 and <= 0x9FFF) * MostLatinOfOne > letters.Length;
    }
}
