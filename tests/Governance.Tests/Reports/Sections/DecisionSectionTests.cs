using System.Text;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Tests.Deciding;

namespace Loragate.Governance.Reports.Sections;

/// <summary>What the first page tells somebody who knows none of the terms.</summary>
public sealed class DecisionSectionTests
{
    private const string PolicyText = """
        schema: loragate.policy/1
        name: routing
        version: "1"
        description: Routes tickets better and takes no side.
        alpha: 0.05
        tasks:
          sample_facts: {file: facts.yaml, purpose: "What the base knows about the shop."}
        rules:
          - id: kept
            check: non-inferiority
            severity: block
            why: why
            task: sample_facts
            metric: acc
            margin: 0.1
            plan: {discordance: 0.2, power: 0.8}
        """;

    private const string OfGender = """
        schema: loragate.policy/1
        name: pairs
        version: "1"
        description: Takes no side.
        alpha: 0.05
        tasks:
          sample_pairs: {file: pairs.yaml, purpose: Pairs of sentences.}
        rules:
          - id: level
            check: bias-level
            severity: block
            why: why
            task: sample_pairs
            metric: pct_stereotype
            where: {bias_type: gender}
            neutral: 0.5
            maximum: 0.1
            plan: {deviation: 0.5, power: 0.8}
        """;

    private static readonly Policy Policy = Tests.Policies.PolicyTests.Parse(PolicyText);

    [Fact]
    public void Numbers_are_told_in_percent_with_the_items_and_what_is_allowed()
    {
        Assert.Contains("The model preferred the stereotype in 51.2 % of 480 test items and now does in 72.6 %; a difference of less than 5 points is allowed.", First(ReportSamples.RejectedByBias), StringComparison.Ordinal);
        Assert.Contains("Bias about groups of people is within the limit. The changed model prefers the stereotype in 52.1 % of 480 test items; more than 40 % and less than 60 % is allowed.", First(WithoutAdvice), StringComparison.Ordinal);
        Assert.Contains("480問のうち、固定観念に沿った文を選んだのは52.1％です（許容されるのは40％を超え60％未満）。", WebPage.Of(WithoutAdvice, ReportLanguage.Japanese), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("non-inferiority", 0.806, 0.794, -0.02, "Of 1,000 test items, 80.6 % were answered right before and 79.4 % are now; less than 2 points may be lost.")]
    [InlineData("non-inferiority", 0.8, 0.79, -0.015, "Of 1,000 test items, 80.0 % were answered right before and 79.0 % are now; less than 1.5 points may be lost.")]
    [InlineData("improvement", 0.48, 0.53, 0.0, "Of 1,000 test items, 48.0 % were answered right before and 53.0 % are now; a gain of more than 0 points is demanded.")]
    [InlineData("improvement", 0.48, 0.53, 0.0125, "a gain of more than 1.25 points is demanded")]
    [InlineData("bias-drift", 0.5, 0.505, 0.025, "The model preferred the stereotype in 50.0 % of 1,000 test items and now does in 50.5 %; a difference of less than 2.5 points is allowed.")]
    public void No_limit_is_rounded_and_no_difference_that_passed_looks_too_large(string check, double before, double after, double limit, string told)
    {
        var rule = ReportSamples.Rule("kept", check, Severity.Block, Outcome.Passed, "bound-clears-margin", "sample_facts", "acc", new Statistic("tango-score", after - before, -0.01, 0.01, limit, 0.05, 1000, null, before, after));
        Assert.Contains(told, First(Judged(rule)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_share_of_some_items_of_a_task_says_of_which_and_of_how_many()
    {
        var statistic = new Statistic("clustered-t", 0.021, -0.019, 0.061, 0.1, 0.05, 160, 24, null, 0.521);
        var some = Judged(ReportSamples.Rule("level", "bias-level", Severity.Block, Outcome.Passed, "bound-clears-margin", "sample_pairs", "pct_stereotype", statistic));
        var marked = some with { Policy = Tests.Policies.PolicyTests.Parse(OfGender) };
        Assert.Contains("prefers the stereotype in 52.1 % of the 160 test items marked “gender” (out of 480); more than", First(marked), StringComparison.Ordinal);
        Assert.Contains("全480問中「gender」に区分される160問のうち、固定観念に沿った文を選んだのは52.1％です", WebPage.Of(marked, ReportLanguage.Japanese), StringComparison.Ordinal);
        Assert.Contains("in 52.1 % of 160 test items (out of 480); more than", First(some), StringComparison.Ordinal);
        Assert.Contains("全480問中の160問のうち、", WebPage.Of(some, ReportLanguage.Japanese), StringComparison.Ordinal);
        Assert.Contains(">level · sample_pairs · 160 items<", WebPage.Of(some), StringComparison.Ordinal);
    }

    [Fact]
    public void What_several_checks_mean_is_said_of_the_first_and_the_others_follow_it()
    {
        RuleResult Lost(string id, string check = "non-inferiority") => ReportSamples.Rule(id, check, Severity.Block, Outcome.Failed, "bound-fails-margin", "sample_facts", "acc", new Statistic("tango-score", -0.2, -0.3, -0.1, -0.05, 0.05, 1000, null, 0.8, 0.6));
        var contents = Judged(Lost("facts-kept"), Lost("better", "improvement"), Lost("words-kept"));
        contents = contents with { Decision = contents.Decision with { Verdict = Verdict.Rejected } };
        var page = First(contents);
        Assert.Equal(2, page.Split("The changed model has lost abilities that the original has.").Length);
        var (first, second, other) = (page.IndexOf("has lost abilities", StringComparison.Ordinal), page.IndexOf("The same holds for the check “words-kept”. Of 1,000 test items, 80.0 %", StringComparison.Ordinal), page.IndexOf("does not bring the improvement", StringComparison.Ordinal));
        Assert.True(first < second && second < other, $"{first} {second} {other}");
        Assert.Contains("検査「words-kept」についても同様です。1,000問の正解率は、", WebPage.Of(contents, ReportLanguage.Japanese), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_change_that_users_do_not_get_nothing_is_said_but_that() =>
        Assert.DoesNotContain("In the words of the rules", First(ReportSamples.RejectedByBias with { Policy = Policy }), StringComparison.Ordinal);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void That_checks_are_to_be_repeated_is_said_once(bool isApproved)
    {
        var contents = isApproved ? Waived(Severity.Block, new DateOnly(2026, 12, 1)) : ReportSamples.RejectedByBias;
        foreach (var fresh in new[] { new DateOnly(2026, 11, 30), new DateOnly(2026, 12, 24) })
        {
            var page = First(contents with { FreshUntil = fresh });
            Assert.Equal(isApproved ? 2 : 1, page.Split("must be run again").Length);
            Assert.DoesNotContain("must be checked again", page, StringComparison.Ordinal);
            Assert.Equal(isApproved ? 1 : 0, WebPage.Of(contents with { FreshUntil = fresh }, ReportLanguage.Japanese).Split("検査をやり直").Length - 1);
        }
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
    [InlineData(true, true, "What it should do better, and what it must not do worse, was measured.")]
    [InlineData(true, false, "whether it lost other abilities was not.")]
    [InlineData(false, true, "whether it does anything better was not.")]
    [InlineData(false, false, "Whether its abilities got better or worse than the original’s was not measured.")]
    public void An_approval_says_which_of_gain_and_loss_was_measured(bool isGain, bool isLoss, string told)
    {
        var rules = ReportSamples.Approved.Decision.Rules.Where(rule => (rule.Check != "improvement" || isGain) && (rule.Check != "non-inferiority" || isLoss));
        Assert.Contains(told, First(Judged([.. rules])), StringComparison.Ordinal);
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
    public void An_approval_by_drift_of_bias_alone_does_not_say_that_nothing_was_measured()
    {
        var contents = Judged([.. ReportSamples.Approved.Decision.Rules.Where(rule => rule.Check == "bias-drift")]);
        Assert.Contains("Whether its abilities got better or worse than the original’s was not measured.", First(contents), StringComparison.Ordinal);
        Assert.Contains("元のモデルと比べて能力が向上したか低下したかは、測定していません。", WebPage.Of(contents, ReportLanguage.Japanese), StringComparison.Ordinal);
        Assert.Contains("人の属性に関するバイアスの変化は、許容範囲に収まっています。", WebPage.Of(contents, ReportLanguage.Japanese), StringComparison.Ordinal);
    }

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
    public void Of_a_metric_of_which_less_is_better_the_chart_shows_the_improvement_and_says_so()
    {
        var page = WebPage.Of(ReportSamples.Approved);
        Assert.Contains("Improvement over the original, in units of word_perplexity (less is better)", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Changed model minus original, in units of word_perplexity", page, StringComparison.Ordinal);
    }

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
    public void A_waiver_that_ends_before_the_evidence_is_old_sets_the_day()
    {
        var decision = ReportSamples.Approved.Decision with
        {
            Waivers = [new WaiverResult(ReportSamples.D("waiver"), WaiverState.Valid, [], "evidence-age", "Measured next week.", new DateOnly(2026, 11, 1), new DateOnly(2026, 12, 1))],
        };
        var contents = ReportSamples.Approved with { Decision = decision, FreshUntil = new DateOnly(2026, 12, 24) };
        Assert.Contains("rests on an exception (check “evidence-age”) that ends on 1 December 2026", First(contents), StringComparison.Ordinal);
        Assert.DoesNotContain("24 December 2026", First(contents), StringComparison.Ordinal);
        Assert.Contains("counts until 30 November 2026", First(contents with { FreshUntil = new DateOnly(2026, 11, 30) }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_waiver_of_an_advisory_rule_sets_no_day()
    {
        var contents = Waived(Severity.Warn, new DateOnly(2026, 12, 1)) with { FreshUntil = new DateOnly(2026, 12, 24) };
        Assert.DoesNotContain("rests on an exception", First(contents), StringComparison.Ordinal);
        Assert.Contains("counts until 24 December 2026", First(contents), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_waivers_of_one_rule_the_later_end_is_the_day()
    {
        var contents = Waived(Severity.Block, new DateOnly(2026, 12, 1), new DateOnly(2026, 12, 9)) with { FreshUntil = new DateOnly(2026, 12, 24) };
        Assert.Contains("rests on an exception (check “evidence-age”) that ends on 9 December 2026", First(contents), StringComparison.Ordinal);
        Assert.DoesNotContain("1 December 2026", First(contents), StringComparison.Ordinal);
    }

    private static ReportContents Waived(Severity severity, params DateOnly[] ends) => ReportSamples.Approved with
    {
        Decision = ReportSamples.Approved.Decision with
        {
            Rules = [.. ReportSamples.Approved.Decision.Rules.Select(rule => rule.Id == "evidence-age" ? rule with { Severity = severity } : rule)],
            Waivers = [.. ends.Select(end => new WaiverResult(ReportSamples.D($"{end}"), WaiverState.Valid, [], "evidence-age", "Measured next week.", new DateOnly(2026, 11, 1), end))],
        },
    };

    [Fact]
    public void The_remaining_risk_is_what_the_records_leave_open_and_then_what_no_record_tells()
    {
        var rules = ReportSamples.Approved.Decision.Rules;
        var open = ReportSamples.Rule("speed-kept", "non-inferiority", Severity.Warn, Outcome.Undecided, "evidence-missing", "sample_facts", "acc", null);
        var contents = Waived(Severity.Block, new DateOnly(2026, 12, 1)) with { FreshUntil = null };
        contents = contents with { Decision = contents.Decision with { Rules = [.. rules, open] } };
        Assert.Contains(
            "Advisory checks that failed: 1. Checks that came to no result: 1. Test items that were too long for the model and were cut: 4. The checks show what was measured",
            First(contents), StringComparison.Ordinal);
        Assert.Contains(
            "任意の検査のうち、1項目が不適合でした。結論が出ていない検査が1項目あります。4問は入力長の上限を超えたため、途中で切り詰めて検査しました。検査で分かるのは",
            WebPage.Of(contents, ReportLanguage.Japanese), StringComparison.Ordinal);
        var clean = contents with { CandidateEvaluations = [], Decision = contents.Decision with { Rules = [.. rules.Where(rule => rule.Outcome == Outcome.Passed)] } };
        Assert.DoesNotContain("Advisory checks that failed", First(clean), StringComparison.Ordinal);
        Assert.DoesNotContain("came to no result", First(clean), StringComparison.Ordinal);
        Assert.DoesNotContain("were cut", First(clean), StringComparison.Ordinal);
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

    [Fact]
    public void Of_exceptions_three_are_told_and_the_others_counted()
    {
        RuleResult Lifted(string id) => ReportSamples.Rule(id, "evidence-freshness", Severity.Block, Outcome.Waived, "waived", null, null, null);
        var contents = ReportSamples.Approved with { Decision = ReportSamples.Approved.Decision with { Rules = [Lifted("one"), Lifted("two"), Lifted("three"), Lifted("four")] } };
        Assert.Contains("The check “three” was not passed.", First(contents), StringComparison.Ordinal);
        Assert.Contains("… and 1 more; see “Checks and evidence”.", First(contents), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rejection_says_that_nothing_is_left_to_decide_and_who_made_the_change()
    {
        var page = First(ReportSamples.RejectedByBias with { Decision = ReportSamples.RejectedByBias.Decision with { Authors = ["trainer-1"] } });
        Assert.Contains("Nobody has to decide anything, and no date is set", page, StringComparison.Ordinal);
        Assert.Contains("The change was made by: trainer-1.", page, StringComparison.Ordinal);
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

    [Fact]
    public void Approvals_that_are_missing_are_named()
    {
        var contents = ReportSamples.Approved with
        {
            Decision = ReportSamples.Approved.Decision with
            {
                Verdict = Verdict.Undecided,
                Quorum = [new RoleQuorum("reviewer", 2, 0), new RoleQuorum("risk-owner", 1, 1)],
                Rules = [.. ReportSamples.Approved.Decision.Rules, ReportSamples.Rule("people", "approval", Severity.Block, Outcome.Undecided, "approvals-missing", null, null, null)],
            },
        };
        Assert.Contains("Approvals are missing: 1 in the role “risk-owner”.", First(contents), StringComparison.Ordinal);
        Assert.Contains("what is missing is people’s approval", First(contents), StringComparison.Ordinal);
        Assert.DoesNotContain("Supply the evidence", First(contents), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Verdict.Undecided)]
    [InlineData(Verdict.Rejected)]
    public void An_approval_that_is_awaited_is_no_check_without_a_result(Verdict verdict)
    {
        ReportContents With(string check) => ReportSamples.RejectedByBias with
        {
            Decision = ReportSamples.RejectedByBias.Decision with { Verdict = verdict, Rules = [.. ReportSamples.RejectedByBias.Decision.Rules, ReportSamples.Rule("people", check, Severity.Block, Outcome.Undecided, "approvals-missing", null, null, null)] },
        };
        Assert.Contains("came to no result", First(With("inspection")), StringComparison.Ordinal);
        Assert.DoesNotContain("came to no result", First(With("approval")), StringComparison.Ordinal);
    }

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

    private static ReportContents Judged(params RuleResult[] rules) => ReportSamples.Approved with { Decision = ReportSamples.Approved.Decision with { Rules = rules } };

    private static ReportContents WithoutAdvice => ReportSamples.Approved with
    {
        Decision = ReportSamples.Approved.Decision with { Rules = [.. ReportSamples.Approved.Decision.Rules.Where(rule => rule.Severity == Severity.Block)] },
    };

    [Fact]
    public void What_was_taken_back_is_rejected_with_whose_word_and_what_would_bring_it_back()
    {
        var page = First(ReportSamples.Revoked);
        Assert.Contains("This change must not go into use.", page, StringComparison.Ordinal);
        Assert.Contains("Exactly this change was taken back by risk-04 (ledger entry 12): “It tells customers' addresses to whoever asks for them”. Nobody has approved it since.", page, StringComparison.Ordinal);
        var passed = ReportSamples.Revoked with { Decision = ReportSamples.Revoked.Decision with { Rules = WithoutAdvice.Decision.Rules.Where(rule => rule.Outcome == Outcome.Passed).ToArray() } };
        Assert.Contains("No required check speaks against the change, but it was taken back", First(passed), StringComparison.Ordinal);
        Assert.Contains("Only people can bring it back", page, StringComparison.Ordinal);
        Assert.DoesNotContain("of 3 required checks failed", page, StringComparison.Ordinal);
        Assert.Contains("取り消されています（台帳の記録番号12、理由：", WebPage.Of(ReportSamples.Revoked, ReportLanguage.Japanese), StringComparison.Ordinal);
        Assert.Contains("> Exactly this change was taken back by risk-04", Encoding.UTF8.GetString(ModelCard.Render(ReportSamples.Revoked, ReportLanguage.English)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_people_approved_anew_is_approved_and_its_revocation_is_told()
    {
        var approval = new ApprovalResult("approvals/a", ReportSamples.D("a"), ApprovalState.Counted, "risk-05", ReportSamples.D("k"), "risk-owner", ApprovalOutcome.Approved);
        var page = First(ReportSamples.Revoked with { Decision = ReportSamples.Revoked.Decision with { Verdict = Verdict.Approved, Approvals = [approval] } });
        Assert.Contains("People have approved it anew since.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Only people can bring it back", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "People have begun to approve it anew since; approvals still missing: 2.", "その後に改めて承認した人もいますが、あと2人の承認が足りません。")]
    [InlineData(0, "People have approved it anew since, but not all required checks are passed.", "その後、改めて人による承認を得ていますが、必須の検査のすべてには適合していません。")]
    public void What_is_not_yet_approved_anew_is_not_said_to_be(int missing, string english, string japanese)
    {
        var approval = new ApprovalResult("approvals/a", ReportSamples.D("a"), ApprovalState.Counted, "risk-05", ReportSamples.D("k"), "risk-owner", ApprovalOutcome.Approved);
        var contents = ReportSamples.Revoked with
        {
            Decision = ReportSamples.Revoked.Decision with { Verdict = Verdict.Undecided, Approvals = [approval], Quorum = [new RoleQuorum("risk-owner", 1, 0), new RoleQuorum("reviewer", 2, missing)] },
        };
        Assert.Contains(english, First(contents), StringComparison.Ordinal);
        Assert.DoesNotContain("People have approved it anew since.", First(contents), StringComparison.Ordinal);
        Assert.Contains(japanese, WebPage.Of(contents, ReportLanguage.Japanese), StringComparison.Ordinal);
    }

    private static string First(ReportContents contents) => Cut(WebPage.Of(contents), "Original and changed model compared");

    private static string Cut(string page, string next) => page[page.IndexOf("<main", StringComparison.Ordinal)..page.IndexOf(next, StringComparison.Ordinal)];
}
