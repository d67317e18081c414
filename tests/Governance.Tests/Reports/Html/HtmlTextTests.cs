namespace Loragate.Governance.Reports.Html;

public sealed class HtmlTextTests
{
    [Theory]
    [InlineData("期限は2026年12月29日です", "期限は<span class=\"whole\">2026年12月29日</span>です")]
    [InlineData("until 29 December 2026, <12.3 % of it", "until <span class=\"whole\">29 December 2026</span>, &lt;<span class=\"whole\">12.3 %</span> of it")]
    [InlineData("no number", "no number")]
    public void A_date_and_a_number_with_its_unit_stay_on_one_line(string text, string markup)
    {
        var html = new HtmlText();
        html.Add(text);
        Assert.Equal(markup, html.ToString());
    }
}
