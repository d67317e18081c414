using Loragate.Artifacts.Records.Inspecting;
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

    [Fact]
    public void Parameters_that_hold_all_experts_have_columns_of_their_own_and_the_greatest_rank_of_an_expert()
    {
        string[] parameters = ["gate_up_proj", "down_proj"];
        var modules = Enumerable.Range(0, 2).Select(layer => $"model.layers.{layer}.mlp.experts").ToArray();
        var page = WebPage.Of(OfExperts(
            from module in modules from parameter in parameters select ($"{module}.{parameter}", module),
            from module in modules from expert in Enumerable.Range(0, 3) from parameter in parameters select ($"{module}.{expert}.{parameter}", parameter == "down_proj" ? 1 + expert : 4.5 + expert)));
        Assert.Contains("(experts) share a column", page, StringComparison.Ordinal);
        Assert.All(["gate_up_proj", "down_proj"], parameter => Assert.Equal(3, page.Split($">{parameter}<").Length - 1));
        Assert.All(["3.0", "6.5"], rank => Assert.Equal(2, page.Split($"aria-label=\"{rank}\"").Length - 1));
        Assert.All(["2.0", "5.5"], rank => Assert.DoesNotContain($"aria-label=\"{rank}\"", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Experts_with_a_tensor_each_share_the_column_of_their_parameter()
    {
        var page = WebPage.Of(OfExperts(
            from layer in Enumerable.Range(0, 2) from expert in Enumerable.Range(0, 3) from name in new[] { "up_proj", "down_proj" } select ($"model.layers.{layer}.mlp.experts.{expert}.{name}.weight", $"model.layers.{layer}.mlp.experts"),
            from layer in Enumerable.Range(0, 2) from expert in Enumerable.Range(0, 3) select ($"model.layers.{layer}.mlp.experts.{expert}.down_proj", 1.0 + expert)));
        Assert.Contains("(experts) share a column", page, StringComparison.Ordinal);
        Assert.All(["up_proj", "down_proj"], name => Assert.Equal(3, page.Split($">{name}<").Length - 1));
        Assert.Equal(2, page.Split("aria-label=\"3.0\"").Length - 1);
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

    [Fact]
    public void Modules_of_one_name_in_different_places_have_columns_that_tell_them_apart()
    {
        string[] modules = ["self_attn.q_proj", "cross_attn.q_proj", "mlp.up_proj"];
        var page = WebPage.Of(With(from layer in Enumerable.Range(0, 2) from module in modules select $"model.layers.{layer}.{module}"));
        Assert.All(["self_attn.q_proj", "cross_attn.q_proj", "up_proj"], name => Assert.Equal(3, page.Split($"<th scope=\"col\">{name}</th>").Length - 1));
    }

    [Theory]
    [InlineData(ReportLanguage.English, "lora, rank 8")]
    [InlineData(ReportLanguage.Japanese, "lora、ランク8")]
    public void A_rank_is_called_one_and_a_change_without_a_rank_tells_none(ReportLanguage language, string told)
    {
        var merge = ReportSamples.Approved.Merge!;
        var page = WebPage.Of(ReportSamples.Approved with { Merge = merge with { Merged = [merge.Merged[0], merge.Merged[1] with { Delta = "ia3", Rank = 0 }] } }, language);
        Assert.Contains($">{told}<", page, StringComparison.Ordinal);
        Assert.Contains(">ia3<", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_says_that_a_merge_can_be_taken_back_where_nobody_tried_it()
    {
        Assert.Contains("Side-car: undo.bin", WebPage.Of(ReportSamples.Approved), StringComparison.Ordinal);
        Assert.DoesNotContain("Yes:", WebPage.Of(ReportSamples.Approved), StringComparison.Ordinal);
        Assert.DoesNotContain("可能：", WebPage.Of(ReportSamples.Approved, ReportLanguage.Japanese), StringComparison.Ordinal);
    }

    /// <summary>A merge of these tensors of experts, with what the inspection measured of each expert.</summary>
    private static ReportContents OfExperts(IEnumerable<(string Tensor, string Module)> tensors, IEnumerable<(string Module, double Rank)> measured)
    {
        var (contents, merge) = (ReportSamples.Approved, ReportSamples.Approved.Merge!);
        return contents with
        {
            Merge = merge with { Merged = [.. tensors.Select(tensor => merge.Merged[0] with { Name = tensor.Tensor, Module = tensor.Module, Delta = "experts" })] },
            Inspection = contents.Inspection with { Modules = [.. measured.Select(each => new ModuleStatistics(each.Module, 8, 2, 1.5, 0.01) { EffectiveRank = each.Rank })] },
        };
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
