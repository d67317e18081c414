using System.Text;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tests.Text;

public sealed class TextTests
{
    /// <summary>From UAX #15 and NormalizationTest.txt: D for decomposed, C for composed, K for compatibility.</summary>
    [Theory]
    [InlineData("e\u0301", NormalizationForm.FormC, "é")]
    [InlineData("é", NormalizationForm.FormD, "e\u0301")]
    [InlineData("\u212B", NormalizationForm.FormC, "Å")]
    [InlineData("\u1E0A\u0323", NormalizationForm.FormC, "\u1E0C\u0307")]
    [InlineData("각", NormalizationForm.FormD, "\u1100\u1161\u11A8")]
    [InlineData("\u1100\u1161\u11A8", NormalizationForm.FormC, "각")]
    [InlineData("ﬁ２㍿", NormalizationForm.FormKC, "fi2株式会社")]
    [InlineData("が", NormalizationForm.FormD, "か\u3099")]
    [InlineData("\u0958", NormalizationForm.FormC, "\u0915\u093C")]
    [InlineData("\U0001D15E", NormalizationForm.FormC, "\U0001D157\U0001D165")]
    [InlineData("a\u0315\u0300\u05AE\u0300b", NormalizationForm.FormC, "à\u05AE\u0300\u0315b")]
    public void Text_is_normalized_without_a_library_of_the_machine(string text, NormalizationForm form, string expected) =>
        Assert.Equal(expected, Normalization.Normalize(text, form));

    [Theory]
    [InlineData("", 1)]
    [InlineData("one", 1)]
    [InlineData(" one  two ", 4)]
    [InlineData("全角\u3000空白\u00A0x\u001Cy", 4)]
    public void Words_are_counted_as_Python_splits_them(string text, int words) => Assert.Equal(words, CodePoints.CountWords(text));

    [Fact]
    public void Supplementary_letters_are_letters()
    {
        var regex = CodePointRegex.Parse(@"\p{L}+|\p{N}{1,3}|[^\s\p{L}\p{N}]", RegexDialect.Oniguruma, "test");
        Assert.Equal(["𝔘𝔫", "𝟘𝟙𝟚", "𝟛", "😀", "𠮷野"], regex.Spans("𝔘𝔫𝟘𝟙𝟚𝟛 😀 𠮷野").Select(span => "𝔘𝔫𝟘𝟙𝟚𝟛 😀 𠮷野"[span.Start..span.End]));
    }

    [Fact]
    public void Case_is_folded_beyond_ASCII() =>
        Assert.Equal(2, CodePointRegex.Parse("(?i:'s|'k)", RegexDialect.Oniguruma, "test").Spans("'ſ'\u212A").Count);

    [Fact]
    public void Possessive_quantifiers_do_not_give_back() =>
        Assert.Empty(CodePointRegex.Parse("a++a", RegexDialect.Oniguruma, "test").Spans("aaaa"));

    [Theory]
    [InlineData(@"\p{Han}", "the property 'Han'")]
    [InlineData("[a[b]]", "a class within a class")]
    [InlineData("[a&&b]", "an intersection")]
    [InlineData(@"\X", @"the escape '\X'")]
    [InlineData("(?x:a)", "the group")]
    [InlineData("(a", "not closed")]
    [InlineData("a)", "closes no group")]
    [InlineData("*a", "repeats nothing")]
    [InlineData("[z-a]", "backwards")]
    [InlineData("😀", "beyond U+FFFF")]
    public void A_pattern_without_exact_translation_is_refused(string pattern, string named) =>
        Assert.Contains(named, Assert.Throws<PatternException>(() => CodePointRegex.Parse(pattern, RegexDialect.Oniguruma, "test")).Fault, StringComparison.Ordinal);

    [Theory]
    [InlineData("x*", "-", "abxd", "-a-b--d-")]
    [InlineData("(?P<first>a)(b)?", @"[\g<first>|\2]", "aab", "[a|][a|b]")]
    [InlineData(@"\[.*?\]", "", "a [x] b [y]", "a  b ")]
    [InlineData(@"\bcat\b", "dog", "cat concat cat", "dog concat dog")]
    public void Substitution_is_Python_s(string pattern, string template, string text, string expected) =>
        Assert.Equal(expected, PythonRegex.Compile(pattern, "test").Substitute(text, template));
}
