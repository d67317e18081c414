using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Deciding;
using Loragate.Governance.Tests.Deciding;
using static Loragate.Governance.Reports.Sections.FirstPage;

namespace Loragate.Governance.Reports.Sections;

/// <summary>What the first page tells of the change itself, of building it into the model, and of undoing that.</summary>
public sealed class DecisionChangeTests
{
    [Theory]
    [InlineData("LORA", null, "lora", "LoRA")]
    [InlineData("LORA", true, "lora", "DoRA")]
    [InlineData("LORA", null, "dora", "DoRA")]
    [InlineData("ADALORA", null, "adalora", "AdaLoRA")]
    [InlineData("LOHA", null, "loha", "LoHa")]
    [InlineData("LOKR", null, "lokr", "LoKr")]
    [InlineData("IA3", null, "ia3", "(IA)³")]
    [InlineData("VERA", null, "vera", "VeRA")]
    [InlineData("OFT", null, "oft", "OFT")]
    public void An_adapter_is_called_what_it_is(string type, bool? isDora, string merged, string told)
    {
        var sample = ReportSamples.Approved;
        var contents = sample with
        {
            Inspection = sample.Inspection with { PeftType = type, IsDora = isDora },
            Merge = sample.Merge! with { Merged = [sample.Merge.Merged[0] with { Delta = merged }] },
        };
        Assert.Contains($"Kind of adapter: {told}.", WebPage.Of(contents), StringComparison.Ordinal);
        Assert.Contains($"アダプターの種類は{told}、", WebPage.Of(contents, ReportLanguage.Japanese), StringComparison.Ordinal);
        // In the lineage too: PEFT's own word stands nowhere where another is meant.
        Assert.True(WebPage.Of(contents).Split(told).Length > 2);
        Assert.True(type == told || !WebPage.Of(contents).Contains(type, StringComparison.Ordinal));
    }

    [Fact]
    public void A_change_that_changes_nothing_is_called_so()
    {
        var contents = ReportSamples.RejectedByBias with
        {
            Decision = ReportSamples.RejectedByBias.Decision with { Rules = [ReportSamples.Rule("sound", "inspection", Severity.Block, Outcome.Failed, "finding-blocks", null, null, null)] },
            Inspection = ReportSamples.RejectedByBias.Inspection with { Findings = [new Finding("no-op", Severity.Warn, "adapter", "every update is zero", "Train it.")] },
        };
        Assert.Contains("holds no change at all: with it, the model would answer exactly as before", First(contents), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("update-lost", 0.4, "Part of the change was lost when it was built into the model", "40.00 % of the change was lost; at most 25.00 % may be.")]
    [InlineData("nothing-merged", 0.01, "The change holds nothing to build into the model.", null)]
    [InlineData("undo-missing", 0.01, "lacks the data for turning it back into the original", null)]
    public void A_merge_that_failed_says_why_and_a_figure_only_where_it_is_too_large(string reason, double lost, string sentence, string? figure)
    {
        var rule = ReportSamples.Rule("merged", "merge-fidelity", Severity.Block, Outcome.Failed, reason, null, null, null) with { Figure = new Figure(lost, 0.25) };
        var page = First(Judged(rule) with { Decision = Judged(rule).Decision with { Verdict = Verdict.Rejected } });
        Assert.Contains(sentence, page, StringComparison.Ordinal);
        Assert.Equal(figure is not null, page.Contains("of the change was lost", StringComparison.Ordinal));
        Assert.Contains(figure ?? sentence, page, StringComparison.Ordinal);
        Assert.Equal(reason == "update-lost", page.Contains("Part of the change was lost", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("maximumUnchanged: 0.1")]
    [InlineData("maximumStep: 6")]
    [InlineData("maximumSaturated: 0")]
    [InlineData("maximumFlushed: 2")]
    public void Whichever_limit_on_single_weights_is_exceeded_the_report_says_nothing_that_is_true_of_another_alone(string limit)
    {
        var policy = Tests.Policies.PolicyTests.Parse(Tests.Policies.PolicyTests.Example().Replace("    check: merge-fidelity\n", $"    check: merge-fidelity\n    {limit}\n", StringComparison.Ordinal));
        var fidelity = new Fidelity(10, 2, 1, 10, 0.01) { LargestStep = 7, Saturated = 1, Flushed = 3 };
        var rule = DecisionMaker.Decide(policy, new Evidence { Inspection = SampleEvidence.Inspection(), Receipt = SampleEvidence.Receipt(fidelity: fidelity) }, new DateOnly(2026, 11, 24)).Rules.Single(each => each.Check == "merge-fidelity");
        var contents = Judged(rule) with { Decision = Judged(rule).Decision with { Verdict = Verdict.Rejected } };
        var (english, japanese) = (WebPage.Of(contents), WebPage.Of(contents, ReportLanguage.Japanese));
        Assert.Contains("When the change was built into the model, single values did not come out as the rules demand.", english, StringComparison.Ordinal);
        Assert.Contains("変更をモデルに組み込んだ結果、個々の値が審査基準の求める範囲に収まっていません。", japanese, StringComparison.Ordinal);
        Assert.All(new[] { "float32", "ounding altered", "by more than", "丸めにより" }, words => Assert.DoesNotContain(words, english + japanese, StringComparison.Ordinal));
    }

    [Fact]
    public void A_merge_of_nothing_is_called_the_same_as_the_original_only_where_no_weight_changed()
    {
        var rule = ReportSamples.Rule("merged", "merge-fidelity", Severity.Block, Outcome.Failed, "nothing-merged", null, null, null);
        ReportContents Merged(double lost) => Judged(rule) with
        {
            Decision = Judged(rule).Decision with { Verdict = Verdict.Rejected },
            Merge = ReportSamples.Approved.Merge! with { Merged = [ReportSamples.Approved.Merge.Merged[0] with { Fidelity = new Fidelity(10, 0, 0, 0, lost) }] },
        };
        Assert.Contains("the result would answer exactly as the original does.", First(Merged(0)), StringComparison.Ordinal);
        Assert.Contains("The change holds nothing to build into the model.", First(Merged(0.5)), StringComparison.Ordinal);
        Assert.DoesNotContain("exactly as the original does", WebPage.Of(Merged(0.5)), StringComparison.Ordinal);
        Assert.DoesNotContain("何も変わっていません", WebPage.Of(Merged(0.5), ReportLanguage.Japanese), StringComparison.Ordinal);
    }

    [Fact]
    public void That_the_merge_can_be_undone_is_called_proved_only_where_it_was_undone()
    {
        var merge = ReportSamples.Approved.Merge!;
        var proved = ReportSamples.Approved with { Unmerge = new UnmergeReceipt(merge.Engine, merge.ComputeDigest(), merge.Base) };
        Assert.Contains("whether that succeeds was not tried", First(ReportSamples.Approved), StringComparison.Ordinal);
        Assert.Contains("this was tried, and every value came out as it was", First(proved), StringComparison.Ordinal);
        Assert.Contains("Tried by the gate: all", WebPage.Of(proved), StringComparison.Ordinal);
        Assert.DoesNotContain("Tried by the gate", WebPage.Of(ReportSamples.Approved), StringComparison.Ordinal);
        Assert.Contains("実際に復元を行い、すべての値が元のとおりに戻ることを確認しました。", WebPage.Of(proved, ReportLanguage.Japanese), StringComparison.Ordinal);
        Assert.Contains("実際に復元できるかどうかは確認していません。", WebPage.Of(ReportSamples.Approved, ReportLanguage.Japanese), StringComparison.Ordinal);
    }
}
