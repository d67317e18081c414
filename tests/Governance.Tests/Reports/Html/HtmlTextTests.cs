namespace Loragate.Governance.Reports.Html;

public sealed class HtmlTextTests
{
    [Theory]
    [InlineData("期限は2026年12月29日です", "期限は<span class=\"whole\">2026年12月29日</span>です")]
    [InlineData("until 29 December 2026, <12.3 % of it", "until <span class=\"whole\">29 December 2026</span>, &lt;<span class=\"whole\">12.3 %</span> of it")]
    [InlineData("of 1,200 items at ±0.5 points", "of <span class=\"whole\">1,200 items</span> at <span class=\"whole\">±0.5 points</span>")]
    [InlineData("no number", "no number")]
    public void A_date_and_a_number_with_its_unit_stay_on_one_line(string text, string markup)
    {
        Assert.Equal(markup, Marked(text));
    }

    [Fact]
    public void A_name_that_looks_like_a_number_with_its_unit_may_be_parted()
    {
        Assert.DoesNotContain("<span", Marked("7 " + new string('x', 300)), StringComparison.Ordinal);
        Assert.DoesNotContain("<span", Marked(new string('7', 300) + " items"), StringComparison.Ordinal);
        Assert.DoesNotContain("<span", Marked("7 J" + new string('x', 300) + " 2026"), StringComparison.Ordinal);
        Assert.DoesNotContain("<span", Marked("x = " + new string('7', 300)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("7.")]
    [InlineData("x = ")]
    [InlineData("x = 7")]
    [InlineData("7 J")]
    [InlineData("7年7月")]
    public void A_long_run_of_what_may_begin_a_piece_takes_no_longer_a_character(string part)
    {
        _ = Marked(part);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        _ = Marked(string.Concat(Enumerable.Repeat(part, 300_000)));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10); // a pattern that looks at each pair of places takes minutes
    }

    private static string Marked(string text)
    {
        var html = new HtmlText();
        html.Add(text);
        return html.ToString();
    }
}
