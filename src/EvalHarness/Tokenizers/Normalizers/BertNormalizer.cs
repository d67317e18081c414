using System.Globalization;
using System.Text;

namespace Loragate.EvalHarness.Tokenizers.Normalizers;

/// <summary>BERT's normalizer: clean characters, Chinese ones apart, no accents, lower case, each step where it is switched on.</summary>
internal sealed class BertNormalizer : Normalizer
{
    private readonly bool _cleans;
    private readonly bool _separatesChinese;
    private readonly Normalizer _rest;

    private BertNormalizer(bool cleans, bool separatesChinese, bool stripsAccents, bool lowers)
    {
        (_cleans, _separatesChinese) = (cleans, separatesChinese);
        Normalizer[] accents = stripsAccents ? [new UnicodeFormNormalizer(NormalizationForm.FormD), new StripAccentsNormalizer()] : [];
        Normalizer[] casing = lowers ? [new LowercaseNormalizer()] : [];
        _rest = new SequenceNormalizer([.. accents, .. casing]);
    }

    /// <inheritdoc/>
    public override bool CanRemove => true;

    /// <summary>Reads the component; accents go with lower case where the key is silent.</summary>
    public static new BertNormalizer Parse(TokenizerNode node)
    {
        var lowers = node.Flag("lowercase", absent: true);
        return new BertNormalizer(node.Flag("clean_text", absent: true), node.Flag("handle_chinese_chars", absent: true), node.Flag("strip_accents", absent: lowers), lowers);
    }

    /// <inheritdoc/>
    public override string Normalize(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (_cleans && IsDropped(rune))
                continue;
            var clean = _cleans && Rune.IsWhiteSpace(rune) ? new Rune(' ') : rune;
            if (_separatesChinese && IsChinese(clean.Value))
                result.Append(' ').Append(clean).Append(' ');
            else
                result.Append(clean);
        }
        return _rest.Normalize(result.ToString());
    }

    /// <summary>NUL, U+FFFD and the categories Cc, Cf and Co; tab and line ends are white space.</summary>
    private static bool IsDropped(Rune rune) =>
        rune.Value is 0xFFFD
        || (rune.Value is not ('\t' or '\n' or '\r')
            && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse);

    /// <summary>The blocks that the library counts as Chinese (2B920 where the block begins at 2B820: so it is there).</summary>
    private static bool IsChinese(int c) => c is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
