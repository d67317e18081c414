namespace Loragate.Governance.Reports.Layout;

public sealed class LegibleTests
{
    [Theory]
    [InlineData("as it is", "as it is")]
    [InlineData("Pairs of sentences; a fair model has no preference", "Pairs of sentences…")]
    [InlineData("Pairs of sentences that differ in one word", "Pairs of sentences that…")]
    [InlineData("nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn", "nnnnnnnnnnnnnnnnnnnnnnnnnnnnn…")]
    [InlineData("𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷", "𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷…")]
    public void A_long_text_ends_behind_a_clause_or_a_word_and_never_inside_a_character(string text, string expected) =>
        Assert.Equal(expected, Legible.Shortened(text, 30));
}
