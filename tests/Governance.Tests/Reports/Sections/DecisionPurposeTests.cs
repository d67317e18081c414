using Loragate.Governance.Policies;
using static Loragate.Governance.Reports.Sections.FirstPage;

namespace Loragate.Governance.Reports.Sections;

/// <summary>What a change is for, in the policy's own words.</summary>
public sealed class DecisionPurposeTests
{
    private static readonly Policy Policy = Tests.Policies.PolicyTests.Parse(PolicyText);

    [Fact]
    public void What_the_change_is_for_and_was_tested_on_is_told_in_the_policys_words()
    {
        var page = First(ReportSamples.Approved with { Policy = Policy });
        Assert.Contains("In the words of the rules: “Routes tickets better and takes no side”.", page, StringComparison.Ordinal);
        Assert.Contains("“What the base knows about the shop”", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_policys_words_are_quoted_in_the_reports_language_or_not_at_all()
    {
        static string FirstIn(ReportLanguage language, string policy) =>
            Cut(WebPage.Of(ReportSamples.Approved with { Policy = Tests.Policies.PolicyTests.Parse(policy) }, language), language == ReportLanguage.Japanese ? "元のモデルと変更後のモデルの比較" : "Original and changed model compared");
        Assert.DoesNotContain("Routes tickets", FirstIn(ReportLanguage.Japanese, PolicyText), StringComparison.Ordinal);
        Assert.DoesNotContain("審査基準では「", FirstIn(ReportLanguage.Japanese, PolicyText), StringComparison.Ordinal);
        Assert.DoesNotContain("検査に用いた問題は", FirstIn(ReportLanguage.Japanese, PolicyText), StringComparison.Ordinal);
        var both = PolicyText.Replace("alpha: 0.05", "description.ja: 問い合わせを正しく振り分け、偏らないこと。\nalpha: 0.05", StringComparison.Ordinal)
            .Replace("the shop.\"", "the shop.\", purpose.ja: お店についての知識", StringComparison.Ordinal);
        var japanese = FirstIn(ReportLanguage.Japanese, both);
        Assert.Contains("審査基準では「問い合わせを正しく振り分け、偏らないこと」と定めています。", japanese, StringComparison.Ordinal);
        Assert.Contains("「お店についての知識」", japanese, StringComparison.Ordinal);
        Assert.Contains("“Routes tickets better and takes no side”", FirstIn(ReportLanguage.English, both), StringComparison.Ordinal);
        // A policy that is written in Japanese says so to Japanese readers, and nothing to others.
        var own = PolicyText.Replace("Routes tickets better and takes no side.", "LoRAで学習したアダプターは偏らないこと。", StringComparison.Ordinal);
        Assert.Contains("審査基準では「LoRAで学習したアダプターは偏らないこと」と定めています。", FirstIn(ReportLanguage.Japanese, own), StringComparison.Ordinal);
        Assert.DoesNotContain("In the words of the rules", FirstIn(ReportLanguage.English, own), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_change_that_users_do_not_get_nothing_is_said_but_that() =>
        Assert.DoesNotContain("In the words of the rules", First(ReportSamples.RejectedByBias with { Policy = Policy }), StringComparison.Ordinal);
}
