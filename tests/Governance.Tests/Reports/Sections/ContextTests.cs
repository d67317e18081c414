using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Reports.Layout;

namespace Loragate.Governance.Reports.Sections;

/// <summary>What stands beside the judgement: speed, memory, and the release before.</summary>
public sealed class ContextTests
{
    private const string Heading = "Compared with the release before";

    [Fact]
    public void Speed_and_memory_stand_by_the_way_the_model_is_served()
    {
        var page = WebPage.Of(ReportSamples.Second);
        Assert.Contains(">12.5 ms<", page, StringComparison.Ordinal);
        Assert.Contains(">400.0<", page, StringComparison.Ordinal);
        Assert.Contains(">271.0 MB<", page, StringComparison.Ordinal);
        Assert.Contains("one answer at a time was timed", page, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing was timed", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_type_that_was_computed_in_stands_beside_the_figures()
    {
        const string Float32 = "All of them computed in 32-bit numbers", Stored = "All of them computed in the type that the weights are stored in";
        Assert.Contains(Float32, WebPage.Of(ReportSamples.Second), StringComparison.Ordinal);
        var measurement = ReportSamples.Second.Measurement!;
        var page = WebPage.Of(ReportSamples.Second with { Measurement = measurement with { Engine = measurement.Engine with { Procedure = "stored/greedy/1" } } });
        Assert.Contains(Stored, page, StringComparison.Ordinal);
        Assert.DoesNotContain(Float32, page, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_measurement_the_report_says_that_nothing_was_timed()
    {
        var page = WebPage.Of(ReportSamples.Approved);
        Assert.Contains("nothing was timed", page, StringComparison.Ordinal);
        Assert.DoesNotContain(" ms<", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Heading, page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_release_before_stands_beside_this_one_where_both_measured_the_same()
    {
        var page = WebPage.Of(ReportSamples.Second);
        Assert.Contains(Heading, page, StringComparison.Ordinal);
        Assert.Contains("“routing-first”: Approved, 1 October 2026", page, StringComparison.Ordinal);
        Assert.Contains("Both change the same original.", page, StringComparison.Ordinal);
        Assert.Contains(">89.4 %<", page, StringComparison.Ordinal);
        Assert.Contains(">+0.3 points<", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReportLanguage.English, "This release minus the one before, in percentage points", "Improvement over the release before, in units of word_perplexity (less is better)")]
    [InlineData(ReportLanguage.Japanese, "今回と前回との差（ポイント）", "前回からの改善幅（word_perplexity。小さいほど良い指標）")]
    public void Two_releases_are_drawn_item_by_item_with_bounds_and_no_limit(ReportLanguage language, string points, string less)
    {
        var page = WebPage.Of(ReportSamples.Second, language);
        // 14 of 400 more; Tango's bounds at 95 %, one-sided, by his score equation solved apart from this code.
        var row = Chart(page, points);
        Assert.Contains("+3.5 [+1.3, +5.9]", row, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"+3.5 [+1.3, +5.9]\"", row, StringComparison.Ordinal);
        Assert.DoesNotContain("stroke-dasharray", row, StringComparison.Ordinal);
        Assert.DoesNotContain(Hex(Look.Forbidden), row, StringComparison.Ordinal);
        Assert.Contains("+0.0475", Chart(page, less), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_compared_item_by_item_is_listed_with_why()
    {
        var page = WebPage.Of(ReportSamples.Second);
        Assert.All(
            ["was not scored on it", "are not part of the evidence", "with another task file", "on other data", "with other prompts", "on other items", "usable value of pct_stereotype", "nothing bounds them"],
            why => Assert.Matches($">sample_pairs: [^<]*{why}", page));
        Assert.Contains("than for the release before: sample_routing.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Size_speed_and_memory_of_two_releases_stand_side_by_side()
    {
        var page = WebPage.Of(ReportSamples.Second);
        Assert.Equal(["Then, tokens a second · Original with the adapter beside it", "250.0", "400.0"], Row(page, "Size, speed and memory of both", 3));
        Assert.Contains("Both were timed with the same settings", page, StringComparison.Ordinal);
        var other = ReportSamples.Second.PreviousMeasurement! with { Processors = 64 };
        Assert.Contains("say little about each other", WebPage.Of(ReportSamples.Second with { PreviousMeasurement = other }), StringComparison.Ordinal);
        Assert.Contains("The release before was not timed.", WebPage.Of(ReportSamples.Second with { PreviousMeasurement = null }), StringComparison.Ordinal);
        Assert.Contains("This release was not timed.", WebPage.Of(ReportSamples.Second with { Measurement = null }), StringComparison.Ordinal);
        Assert.DoesNotContain("timed with", WebPage.Of(ReportSamples.Second with { Measurement = null, PreviousMeasurement = null }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_gate_took_without_proof_is_told_as_such()
    {
        Assert.Contains("The gate took this decision without proof", WebPage.Of(ReportSamples.Second), StringComparison.Ordinal);
        var proved = WebPage.Of(ReportSamples.Second with { PreviousIsProved = true, SignaturesAreChecked = true });
        Assert.DoesNotContain("without proof", proved, StringComparison.Ordinal);
        Assert.Contains("signed by somebody whom the gate trusts", proved, StringComparison.Ordinal);
        // Where nobody checked the dossier's signatures, its finding is not repeated as one.
        var found = WebPage.Of(ReportSamples.Second with { PreviousIsProved = true });
        Assert.DoesNotContain("whom the gate trusts", found, StringComparison.Ordinal);
        Assert.Contains("its signature was not checked", found, StringComparison.Ordinal);
        Assert.Contains("The gate took these figures without proof", WebPage.Of(ReportSamples.Tried), StringComparison.Ordinal);
        var key = ReportSamples.D("the trainer's key");
        var signed = WebPage.Of(ReportSamples.Tried with { TrialsSigner = key, SignaturesAreChecked = true });
        Assert.DoesNotContain("without proof", signed, StringComparison.Ordinal);
        Assert.Contains($"the gate trusts the key: {key}", signed, StringComparison.Ordinal);
        Assert.Contains("Time, memory, energy and speed are not part of what was signed", signed, StringComparison.Ordinal);
        Assert.Contains("that signature was not checked", WebPage.Of(ReportSamples.Tried with { TrialsSigner = key }), StringComparison.Ordinal);
        Assert.Contains("the trainer’s own word", WebPage.Of(ReportSamples.Tried), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_another_original_or_other_measures_no_comparison_is_claimed()
    {
        var other = ReportSamples.Second with { Previous = ReportSamples.Second.Previous! with { Base = ReportSamples.D("another") } };
        Assert.Contains("for orientation only", WebPage.Of(other), StringComparison.Ordinal);
        var nothing = ReportSamples.Second with { Previous = ReportSamples.Second.Previous! with { Rules = [] }, SincePrevious = [] };
        Assert.Contains("measure nothing in common", WebPage.Of(nothing), StringComparison.Ordinal);
    }

    [Fact]
    public void The_trials_stand_side_by_side_with_what_they_cost_and_this_adapter_among_them()
    {
        var page = WebPage.Of(ReportSamples.Tried);
        Assert.Contains(">Proof of concept<", page, StringComparison.Ordinal);
        Assert.Contains(">2. LoRA, rank 8<", page, StringComparison.Ordinal);
        Assert.Contains(">this adapter, learning rate 0.006<", page, StringComparison.Ordinal);
        Assert.Contains(">+68.3 points<", page, StringComparison.Ordinal);
        Assert.Contains(">165 gained, 1 lost<", page, StringComparison.Ordinal);
        Assert.Contains(">367.5 KB<", page, StringComparison.Ordinal);
        Assert.Contains("Score against the bytes to distribute: 1. Full fine-tuning 85.8 %, 2.3 MB; 2. LoRA, rank 8 85.0 %, 367.5 KB", page, StringComparison.Ordinal);
        Assert.Contains("Score against the training time: 1. Full fine-tuning 85.8 %, 21 s", page, StringComparison.Ordinal);
        Assert.Contains(">91,882 trained<", page, StringComparison.Ordinal);
        Assert.Contains(">0.7 kJ<", page, StringComparison.Ordinal);
        Assert.Contains("(85.0 % to 93.8 %)", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Trials_tell_how_fast_each_way_generates_live_and_merged_and_what_all_training_took()
    {
        var page = WebPage.Of(ReportSamples.Tried);
        var adapter = page[page.IndexOf(">2. LoRA, rank 8<", StringComparison.Ordinal)..];
        adapter = adapter[..adapter.IndexOf("</tr>", StringComparison.Ordinal)];
        Assert.Contains(">beside 67 %<", adapter, StringComparison.Ordinal);
        Assert.Contains(">built in 99 %<", adapter, StringComparison.Ordinal);
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(page, ">built in "));
        Assert.Contains("Training all of them together, 3 runs over all rounds, took 223 s.", page, StringComparison.Ordinal);
        var costs = ReportSamples.Tried.TrialCosts!;
        var lacking = WebPage.Of(ReportSamples.Tried with { TrialCosts = costs with { Costs = [.. costs.Costs.Select(cost => cost.MergedTokenSeconds is null ? cost : cost with { MergedTokenSeconds = null, LackedBytes = 807_000_000 })] } });
        Assert.Contains(">built in: not timed, memory lacked<", lacking, StringComparison.Ordinal);
    }

    [Fact]
    public void Trials_tell_how_many_directions_each_way_used_and_what_the_layers_of_this_adapter_are_worth()
    {
        var page = WebPage.Of(ReportSamples.Tried);
        Assert.Equal(["1. Full fine-tuning", "128.0", "21.0", "31.5", "65.5"], Row(page, "How many directions", 1));
        Assert.Equal(["2. LoRA, rank 8", "8.0", "3.8", "4.5", "6.5"], Row(page, "How many directions", 2));
        Assert.Equal(["0", "+0.1042", "3.3", "4.0", "6.0"], Row(page, "part of 2. LoRA, rank 8 is worth", 1));
        Assert.Equal(["1", "−0.0417", "4.3", "5.0", "7.0"], Row(page, "part of 2. LoRA, rank 8 is worth", 2));
        var many = ReportSamples.Tried.Trials!;
        var deep = Only(many, many.Results[1] with { Layers = [.. Enumerable.Range(0, 30).Select(layer => new LayerEffect(layer, layer))] });
        Assert.Contains("The 12 of its 30 layers that matter most.", WebPage.Of(ReportSamples.Tried with { Trials = deep }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_trials_recommend_is_told_with_the_optimism_of_a_choice()
    {
        var page = WebPage.Of(ReportSamples.Tried);
        Assert.Contains("The trials recommend 2. LoRA, rank 8: shown to be better than the original", page, StringComparison.Ordinal);
        Assert.Contains("chosen among 3 by the items that it is scored on", page, StringComparison.Ordinal);
        Assert.DoesNotContain("so what is kept of it here is optimistic too", page, StringComparison.Ordinal);
        var trials = ReportSamples.Tried.Trials!;
        Assert.Contains("Low-rank updates (LoRA, DoRA) are shown to do worse", WebPage.Of(ReportSamples.Tried with { Trials = Only(trials, trials.Results[0], trials.Results[1] with { Task = trials.Results[2].Task }) }), StringComparison.Ordinal);
        Assert.Contains("No way that was tried is shown to be better", WebPage.Of(ReportSamples.Tried with { Trials = Only(trials, trials.Results[1] with { Task = trials.Task }) }), StringComparison.Ordinal);
    }

    [Fact]
    public void Ways_are_counted_over_all_rounds_and_rows_that_were_learnt_are_told()
    {
        var trials = ReportSamples.Tried.Trials!;
        var early = new TrialRound(80, [.. trials.Rounds[0].Runs, .. Enumerable.Range(0, 4).Select(i => new TrialRun($"lora-r{i}", 1, trials.Plan, trials.Retained))]);
        var page = WebPage.Of(ReportSamples.Tried with
        {
            Trials = trials with { Rounds = [early, .. trials.Rounds], Screened = [new ScreenedTask("sample_routing", trials.Plan, trials.Plan, 240, 0, [new OverlappingRow(7, 1), new OverlappingRow(9, 1)])] },
        });
        Assert.Contains(">7 ways of tuning", page, StringComparison.Ordinal);
        Assert.Contains("Which of the 7 that were tried went on was chosen by the skill to retain, so what is kept of it here is optimistic too.", page, StringComparison.Ordinal);
        Assert.Contains("2 of the 240 rows of sample_routing overlap with the data that the trials saw", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_trial_report_that_says_nothing_nothing_is_told() =>
        Assert.DoesNotContain("Proof of concept", WebPage.Of(ReportSamples.Tried with { Trials = ReportSamples.Tried.Trials! with { Results = [] } }), StringComparison.Ordinal);

    [Fact]
    public void Of_groups_two_releases_compare_the_gap_and_not_the_rate_of_all()
    {
        static Artifacts.Records.Deciding.RuleResult Fair(double gap) => ReportSamples.Rule("fair", "group-fairness", Artifacts.Records.Severity.Block, Artifacts.Records.Deciding.Outcome.Passed, "bound-clears-margin", "sample_pairs", "selection-rate",
            new Artifacts.Records.Deciding.Statistic("bootstrap", gap, gap - 0.01, gap + 0.01, 0.2, 0.05, 480, null, null, 0.613));
        var contents = ReportSamples.Second with { SincePrevious = [], Decision = ReportSamples.Second.Decision with { Rules = [Fair(0.07)] }, Previous = ReportSamples.Second.Previous! with { Rules = [Fair(0.12)] } };
        Assert.Equal(["Fairness between groups", "fair · sample_pairs", "selection-rate", "–", "12.0 points", "7.0 points", "−5.0 points"], [.. Row(WebPage.Of(contents), "What both decisions measured", 1)]);
    }

    [Fact]
    public void What_training_took_is_promised_and_summed_only_as_far_as_it_is_known()
    {
        var (tried, costs) = (ReportSamples.Tried, ReportSamples.Tried.TrialCosts!);
        Assert.All(
            [tried with { Training = null }, tried with { TrialCosts = null }, tried with { TrialCosts = costs with { Costs = [costs.Costs[0]] } }],
            contents => Assert.DoesNotContain("is told under “Proof of concept”", WebPage.Of(contents), StringComparison.Ordinal));
        Assert.Contains("Training 1 of the 3 runs over all rounds took 21 s; what the others took is not known.", WebPage.Of(tried with { TrialCosts = costs with { Costs = [costs.Costs[0]] } }), StringComparison.Ordinal);
        var trials = tried.Trials!;
        var unretained = Only(trials, trials.Results[1] with { Task = trials.Task, Retained = null }) with { Retained = null };
        Assert.Contains("No way that was tried is shown to be better than the original.", WebPage.Of(tried with { Trials = unretained }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_training_is_told_from_its_receipt()
    {
        var page = WebPage.Of(ReportSamples.Tried);
        Assert.Contains(">LoRA, rank 8; 90,112 trained numbers<", page, StringComparison.Ordinal);
        Assert.Contains(">replay.jsonl, 376 rows<", page, StringComparison.Ordinal);
        Assert.Contains(ReportSamples.Trained.ComputeDigest().Hex, page, StringComparison.Ordinal);
    }

    [Fact]
    public void Checks_of_bias_that_nobody_measured_are_told_as_such_and_no_chart_is_explained()
    {
        var page = WebPage.Of(ReportSamples.Approved with { BaseEvaluations = [], CandidateEvaluations = [] });
        Assert.Contains("but nothing was measured", page, StringComparison.Ordinal);
        Assert.DoesNotContain("The ring is the original", page, StringComparison.Ordinal);
        Assert.Contains("The ring is the original", WebPage.Of(ReportSamples.Approved), StringComparison.Ordinal);
    }

    [Fact]
    public void The_lineage_begins_with_the_training_where_that_is_known()
    {
        var (training, data) = (ReportSamples.Trained.ComputeDigest(), ReportSamples.Trained.Inputs.Data);
        var page = WebPage.Of(ReportSamples.Tried);
        Assert.Contains($"Training data 2 files , Training LoRA, rank 8 {training.Abbreviated}, Adapter routing-good", page, StringComparison.Ordinal);
        Assert.All(data, each => Assert.Contains($">Training data {each.Name}<", page, StringComparison.Ordinal));
        Assert.DoesNotContain("Training data", WebPage.Of(ReportSamples.Approved), StringComparison.Ordinal);
    }

    [Fact]
    public void A_box_of_the_lineage_names_its_content_or_says_that_the_step_was_not_made()
    {
        var page = WebPage.Of(ReportSamples.Approved);
        Assert.Contains($"Merge 30 tensors {ReportSamples.D("merged").Abbreviated}", page, StringComparison.Ordinal);
        Assert.Contains(">Weights of the changed model<", page, StringComparison.Ordinal);
        Assert.Contains(">Weights of the original “smollm2-135m-instruct”<", System.Net.WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        var alone = WebPage.Of(ReportSamples.Approved with { Merge = null, Inspection = ReportSamples.Approved.Inspection with { Base = null } });
        Assert.Contains("Base model HuggingFaceTB/SmolLM2-135M-Instruct ,", alone, StringComparison.Ordinal);
        Assert.Contains("Merge not made ", alone, StringComparison.Ordinal);
    }

    [Fact]
    public void Beside_a_signature_stands_what_was_signed()
    {
        var page = WebPage.Of(ReportSamples.Approved with { Signatures = [new SignatureNote("evaluation.sigstore.json", "ecdsa-p256", "key"), new SignatureNote("other.sigstore.json", "ecdsa-p256", "key")] });
        Assert.Contains(">how each check ended<", page, StringComparison.Ordinal);
        Assert.Contains(">other.sigstore.json<", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_repeated_items_the_table_says_that_the_checks_count_fewer()
    {
        var repeated = ReportSamples.Approved with
        {
            CandidateEvaluations = [.. ReportSamples.Approved.CandidateEvaluations.Select(evaluation => evaluation.Task == "sample_pairs" ? evaluation with { Report = evaluation.Report with { Repeated = [3, 4, 5] } } : evaluation)],
        };
        Assert.Contains("the checks leave them out: sample_pairs (477 of 480 items count).", WebPage.Of(repeated), StringComparison.Ordinal);
        Assert.DoesNotContain("the checks leave them out", WebPage.Of(ReportSamples.Approved), StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_page_leads_to_what_the_training_took_only_where_that_is_told()
    {
        Assert.Contains("is told under “Proof of concept”", WebPage.Of(ReportSamples.Tried), StringComparison.Ordinal);
        Assert.DoesNotContain("The cost of making the change is not part", WebPage.Of(ReportSamples.Tried), StringComparison.Ordinal);
        Assert.Contains("The cost of making the change is not part", WebPage.Of(ReportSamples.Approved), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_trials_and_receipt_there_are_no_such_chapters()
    {
        var page = WebPage.Of(ReportSamples.Approved);
        Assert.DoesNotContain("Proof of concept", page, StringComparison.Ordinal);
        Assert.DoesNotContain("How the adapter was trained", page, StringComparison.Ordinal);
    }

    /// <summary>The chart of a title, as markup.</summary>
    private static string Chart(string page, string title)
    {
        var chart = page[page.IndexOf($">{title}</caption>", StringComparison.Ordinal)..];
        return chart[..chart.IndexOf("</table>", StringComparison.Ordinal)];
    }

    private static string Hex(SkiaSharp.SKColor color) => $"#{color.Red:x2}{color.Green:x2}{color.Blue:x2}";

    /// <summary>The same with these results alone, and in its last round only their trials.</summary>
    private static TrialReport Only(TrialReport trials, params TrialResult[] results) =>
        trials with { Results = results, Rounds = [.. trials.Rounds.SkipLast(1), trials.Rounds[^1] with { Runs = [.. trials.Rounds[^1].Runs.Where(run => results.Any(result => result.Id == run.Id))] }] };

    /// <summary>The cells of a row, from 1, of the first table behind some words.</summary>
    private static string[] Row(string page, string words, int row)
    {
        var table = page[page.IndexOf(words, StringComparison.Ordinal)..];
        var cells = table.Split("<tr>")[row + 1].Split("</tr>")[0];
        return [.. System.Text.RegularExpressions.Regex.Matches(cells, "<span[^>]*>([^<]*)</span>").Select(cell => System.Net.WebUtility.HtmlDecode(cell.Groups[1].Value))];
    }
}
