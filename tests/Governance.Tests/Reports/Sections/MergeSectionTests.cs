using Loragate.Artifacts.Records.Merging;

namespace Loragate.Governance.Reports.Sections;

public sealed class MergeSectionTests
{
    [Fact]
    public void Experts_share_a_column_that_shows_the_greatest_value()
    {
        var page = WebPage.Of(With(from layer in Enumerable.Range(0, 2) from expert in Enumerable.Range(0, 64) from module in new[] { "up_proj", "down_proj" } select $"model.layers.{layer}.mlp.experts.{expert}.{module}"));
        Assert.Equal(3, page.Split("<table class=\"heat\">").Length - 1);
        Assert.Contains("(experts) share a column", page, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"25.50 %\"", page, StringComparison.Ordinal); // the last expert's of the second layer
        Assert.DoesNotContain("aria-label=\"25.30 %\"", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(201, 1)]
    [InlineData(2, 17)]
    public void Where_there_is_nothing_to_draw_a_sentence_says_why(int layers, int modules)
    {
        var page = WebPage.Of(With(from layer in Enumerable.Range(0, layers) from module in Enumerable.Range(0, modules) select $"model.layers.{layer}.{(char)('a' + module)}_proj"));
        Assert.DoesNotContain("<table class=\"heat\">", page, StringComparison.Ordinal);
        Assert.Contains($"tell of {layers} layers and {modules} kinds of modules", page, StringComparison.Ordinal);
        Assert.Contains("2 to 200 layers and at most 16 kinds", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_without_experts_does_not_speak_of_them()
    {
        var page = WebPage.Of(ReportSamples.ManyModules);
        Assert.Contains("<table class=\"heat\">", page, StringComparison.Ordinal);
        Assert.DoesNotContain("share a column", page, StringComparison.Ordinal);
    }

    /// <summary>A merge of these modules, of which each lost more than the one before.</summary>
    private static ReportContents With(IEnumerable<string> modules)
    {
        var merge = ReportSamples.Approved.Merge!;
        return ReportSamples.Approved with
        {
            Merge = merge with { Merged = [.. modules.Select((module, i) => merge.Merged[0] with { Name = $"{module}.weight", Module = module, Fidelity = new Fidelity(100, 0, 1, 10, 0.001 * i) })] },
        };
    }
}
