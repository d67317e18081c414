using System.Globalization;
using System.Text;

namespace Loragate.Governance.Reports.Layout;

/// <summary>
/// Where a line may end. Between Japanese characters anywhere but as the rules of line-start and line-end prohibition (禁則) say;
/// in Latin text at spaces and after hyphens; in identifiers and paths also after separators, when nothing better fits.
/// Source: JIS X 4051:2004 §6 and JLREQ §3.1.7–3.1.8; Unicode UAX #14 for the Latin part, reduced to what reports hold.
/// </summary>
internal static class LineBreaks
{
    private const string NotAtStart =
        "、。，．・：；？！゛゜ヽヾゝゞ々ー」』）］｝〉》】〕〙〗’”…‥―ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ％‰℃,.!?:;)]}%〜～／";
    private const string WideOpenings = "「『（［｛〈《【〔〘〖";
    private const string NotAtEnd = WideOpenings + "‘“([{￥＄$£€＃";
    private const string Separators = "/._-:@=+,|";
    private const string Counters = "年月日時分秒件個項目点問枚回名人通番種版％ポバグトスミペ行台";
    private const char Ordinal = '第';

    /// <summary>How well a line may end before cluster <paramref name="index"/>, which is not the first.</summary>
    public static LineBreak Before(IReadOnlyList<Cluster> clusters, int index)
    {
        var last = clusters[index - 1].Text.EnumerateRunes().Last();
        var first = clusters[index].Text.EnumerateRunes().First();
        var before = index < 2 ? ' ' : clusters[index - 2].Text[^1];
        // The hyphens of "--key" are part of the option, sign and point of +20.04 are part of the number.
        var isInside = last.Value == '-' ? !char.IsLetterOrDigit(before) : IsDigit(first) && (last.Value == '+' || (last.Value is '.' or ',' && char.IsAsciiDigit(before)));
        return isInside ? LineBreak.Emergency : Between(last, first);
    }

    /// <summary>Whether a character is an opening bracket that fills the right half of its square.</summary>
    public static bool IsWideOpening(char character) => WideOpenings.Contains(character, StringComparison.Ordinal);

    private static LineBreak Between(Rune last, Rune first)
    {
        if (Rune.IsWhiteSpace(first) || IsOneOf(NotAtStart, first) || IsOneOf(NotAtEnd, last))
            return Latin(last, first);
        if (last.Value is ' ' or '\u3000')
            return LineBreak.Good;
        if ((IsDigit(last) && IsOneOf(Counters, first)) || (last.Value == Ordinal && IsDigit(first)))
            return LineBreak.Emergency;
        // Parting a word in katakana is allowed, but the eye trips over ポイン|ト.
        if (IsKatakana(last) && IsKatakana(first))
            return LineBreak.Fair;
        return IsJapanese(last) || IsJapanese(first) ? LineBreak.Good : Latin(last, first);
    }

    private static LineBreak Latin(Rune last, Rune first)
    {
        if (Rune.IsWhiteSpace(first) || !last.IsAscii || !first.IsAscii)
            return LineBreak.Emergency;
        if (last.Value == ' ')
            return LineBreak.Good;
        if (last.Value == '-' && Rune.IsLetter(first))
            return LineBreak.Good;
        return IsOneOf(Separators, last) && Rune.IsLetterOrDigit(first) ? LineBreak.Fair : LineBreak.Emergency;
    }

    private static bool IsDigit(Rune rune) => rune.Value is >= '0' and <= '9';

    private static bool IsKatakana(Rune rune) => rune.Value is >= 0x30A1 and <= 0x30FC;

    private static bool IsOneOf(string set, Rune rune) => rune.IsBmp && set.Contains((char)rune.Value, StringComparison.Ordinal);

    private static bool IsJapanese(Rune rune) => rune.Value switch
    {
        >= 0x2E80 and <= 0x9FFF => true,   // radicals, kana, CJK symbols, ideographs
        >= 0xF900 and <= 0xFAFF => true,   // compatibility ideographs
        >= 0xFF00 and <= 0xFFEF => true,   // full-width and half-width forms
        >= 0x20000 and <= 0x3FFFF => true, // ideographs beyond the BMP
        _ => Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherLetter && rune.Value >= 0x1100,
    };
}
