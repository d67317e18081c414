using Loragate.Governance.Reports.Layout;
using static Loragate.Governance.Reports.Sections.FirstPage;

namespace Loragate.Governance.Reports.Sections;

/// <summary>However much there is to tell, it is one page.</summary>
public sealed class DecisionExtentTests
{
    [Fact]
    public void A_long_name_is_cut_on_the_first_page_and_whole_among_the_digests()
    {
        var name = new string('n', 300);
        var contents = ReportSamples.Approved with { Decision = ReportSamples.Approved.Decision with { Adapter = ReportSamples.Approved.Decision.Adapter with { Name = name } } };
        Assert.DoesNotContain(name, First(contents), StringComparison.Ordinal);
        Assert.Contains($"Adapter {name}", WebPage.Of(contents), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReportLanguage.English)]
    [InlineData(ReportLanguage.Japanese)]
    public void However_much_there_is_to_tell_it_stays_on_one_page(ReportLanguage language)
    {
        using var type = new Typesetter(Pdf.SignedSample.Fonts(language), language);
        var text = Text.ReportText.Load(language);
        var wordy = Tests.Policies.PolicyTests.Parse(PolicyText.Replace("takes no side.", new string('長', 400), StringComparison.Ordinal).Replace("about the shop.", new string('文', 400), StringComparison.Ordinal));
        Assert.All(ReportSamples.Named, sample => Assert.All(new[] { sample.Value, sample.Value with { Policy = wordy } }, contents =>
        {
            var slabs = new DecisionSection(text).Compose(contents).SelectMany(block => block.Lay(type, Look.TextWidth)).ToList();
            Assert.Single(PageFlow.Place(slabs));
        }));
    }
}
