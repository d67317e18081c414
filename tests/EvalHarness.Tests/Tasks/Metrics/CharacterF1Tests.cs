namespace Loragate.EvalHarness.Tasks.Metrics;

public sealed class CharacterF1Tests
{
    /// <summary>Percent by fuzzywuzzy's procedure on CPython's unicodedata and difflib.</summary>
    public static TheoryData<string, string, int> Pairs => new()
    {
        { "東京都", "京都府", 67 },
        { "富士山です。", "富士山", 75 },
        { "Ａ１ Ｂ２", "b2 a1", 100 },
        { "café naïve", "cafe naive", 89 },
        { "", "x", 0 },
        { "。", "、", 100 },
        { "その答えは「マザーボード」だ", "マザーボード", 60 },
        { "fuzzy wuzzy was a bear", "wuzzy fuzzy was a hare", 77 },
        { "ｶﾞﾗｽ", "ガラス", 100 },
        { "abcd", "bcde", 75 },
        { "𠮷野家", "吉野家", 67 },
        { "a_b c", "c a_b", 100 },
        { "ab", "abcdefghijklmnop", 22 },

        // 200 characters and more: difflib takes frequent characters for junk.
        { "ikanhbfdkohldhagmiflfceneeaaggffj ggfgljakmfeic ja cjkjo foofbiaklamklanbfgdhnkkindkjbmcg ke icj jfcejofbclbhkinmebbo geemdfmkebmjenfno oijoledlfo fcoikckbjkioij faoi injkkikmkfnk efgkojcmfmjiagfnfhfbohfbed fogbmnklcghkaklimdkbjdj jkemmkneflogeckald e lmmhojol", "ikanhbfdkohldhagmiflfceneeaaggffj ggfgljakmfeic ja cjkjo foofbiaklamklanbfgdhnkkindkjbmcg ke icj jfclfijoima jojeoadnhjbelaoihobhoiejjoodaejj jankkebaindgammololgjncjamjojefoo embcikckbjkioij faoi injkkikmkfnk efgkojcmfmjiagfnfhfbohfbed fogbmnklcghkaklimdkbjdj jkemmkneflogeckald e lmmhojol", 13 },
        { "hicca mclobddhdejneffmfcgbdlcibdleamc ookkbejejhichijehknlfea cbcdnhlno dalbemhdcogelkhj kllekjmkbgflcdbbfggbookamojm nndgefckloeidifjhbobkk banoed jnhfbgahclkjfnkjcnfhfgbmianbnmfbbkdchocobhbolbbimnjbbgflghc dcfcgankomleajnhdejocil eecohcmhibohbgjkdcm lajeanea", "hicca mclobddhdejneffmfcgbdlcibdleamc ookkbejejhichijehknlfea cbcdnhlno dalbemhdcogelkhj kllekjmkbgfbmidle cjfeio jbcaadbekmiahmekg kaffdifenmmd  nhnmfnbfooadembgabhoklnggigjkhkkhbhfbgahclkjfnkjcnfhfgbmianbnmfbbkdchocobhbolbbimnjbbgflghc dcfcgankomleajnhdejocil eecohcmhibohbgjkdcm lajeanea", 0 },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Percents_are_those_of_token_sort_ratio(string text, string reference, int percent) =>
        Assert.Equal(percent, (int)Math.Round(100 * TextMetric.Default("char_f1").Score(text, [reference])));

    [Fact]
    public void The_nearest_of_several_references_counts() =>
        Assert.Equal(0.75, TextMetric.Default("char_f1").Score("富士山です。", ["東京", "富士山"]));

    [Theory]
    [InlineData(" Ａ１ ", "A1", 1)]
    [InlineData("ｶﾞ", "ガ", 1)]
    [InlineData("a1", "A1", 0)]
    public void Full_and_half_width_are_one_under_NFKC(string text, string reference, double score) =>
        Assert.Equal(score, TextMetric.Default("nfkc_exact_match").Score(text, [reference]));
}
