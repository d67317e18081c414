using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using static Loragate.Governance.Tests.Deciding.SampleEvidence;

namespace Loragate.Governance.Tests.Deciding;

public sealed class ContaminationTests
{
    private const int Rows = 10;

    [Theory]
    [InlineData(0, 0, Outcome.Passed, Reason.RowsUnseen)]
    [InlineData(1, 0, Outcome.Failed, Reason.RowsInTraining)]
    [InlineData(1, 0.1, Outcome.Passed, Reason.RowsUnseen)]
    [InlineData(2, 0.1, Outcome.Failed, Reason.RowsInTraining)]
    public void A_task_may_share_so_many_rows_with_the_training_and_no_more(int overlapping, double maximum, Outcome outcome, string reason)
    {
        var rule = Decide(Screen(overlapping), $"maximum: {maximum.ToString(System.Globalization.CultureInfo.InvariantCulture)}");
        Assert.Equal((outcome, reason), (rule.Outcome, rule.Reason));
        Assert.Contains($"{overlapping} of {Rows} rows of faq", rule.Summary, StringComparison.Ordinal);
        Assert.Equal(Screen(overlapping).Digest, Assert.Single(rule.Evidence));
    }

    [Fact]
    public void Without_the_digests_of_the_training_nothing_is_shown() => AssertUndecided(null, Reason.EvidenceMissing);

    [Fact]
    public void Digests_of_no_text_show_nothing() => AssertUndecided(Screen(0, windows: 0), Reason.EvidenceOfOtherTraining);

    [Fact]
    public void Rows_too_short_to_be_looked_for_show_nothing_and_so_many_may_be_as_may_overlap()
    {
        AssertUndecided(Screen(0, tooShort: 1), Reason.EvidenceMissing);
        Assert.Equal(Outcome.Passed, Decide(Screen(0, tooShort: 1), "maximum: 0.1").Outcome);
        Assert.Equal(Outcome.Undecided, Decide(Screen(1, tooShort: 1), "maximum: 0.1").Outcome);
        Assert.Equal(Outcome.Failed, Decide(Screen(2, tooShort: 1), "maximum: 0.1").Outcome);
    }

    [Fact]
    public void Another_training_set_than_the_pinned_one_shows_nothing()
    {
        AssertUndecided(Screen(0), Reason.EvidenceOfOtherTraining, $", training: {DigestOf("another")}");
        Assert.Equal(Outcome.Passed, Decide(Screen(0), $"maximum: 0, training: {DigestOf("training")}").Outcome);
    }

    [Theory]
    [InlineData("other task", "faq data", Rows)]
    [InlineData("faq", "other data", Rows)]
    [InlineData("faq", "faq data", Rows - 1)]
    public void Rows_of_another_task_or_other_data_or_fewer_of_them_show_nothing(string task, string data, int rows) =>
        AssertUndecided(Screen(0, task: task, data: data, rows: rows), Reason.EvidenceOfOtherTask);

    [Fact]
    public void A_task_that_asks_for_training_rows_on_purpose_is_left_out_by_naming_the_others()
    {
        static RuleResult Decide(string parameters)
        {
            var policy = Policies.PolicyTests.Parse(PolicyText(parameters).Replace("tasks:\n", "tasks:\n  verbatim: {file: verbatim.yaml, purpose: rows of the training}\n", StringComparison.Ordinal));
            var screen = new FiledRecord<ContaminationReport>("contamination.json", new ContaminationReport(DigestOf("training"), 100, [Screen(0).Record.Tasks[0], Screen(Rows, task: "verbatim", data: "verbatim data").Record.Tasks[0]]));
            var evidence = Evidence(screen);
            var scored = Report("verbatim", isBase: false, [.. Enumerable.Range(0, Rows).Select(i => Item(i, "acc", 0))]);
            return Assert.Single(DecisionMaker.Decide(policy, evidence with { Candidate = evidence.Candidate.Append(new("verbatim", scored)).ToDictionary() }, Day).Rules);
        }

        Assert.Equal(Outcome.Failed, Decide("maximum: 0").Outcome);
        Assert.Equal(Outcome.Passed, Decide("maximum: 0, tasks: [faq]").Outcome);
    }

    [Fact]
    public void A_policy_without_tasks_has_no_rows_to_hold_against_the_training_and_shows_nothing()
    {
        var policy = Policies.PolicyTests.Parse(PolicyText("maximum: 0").Replace("tasks:\n  faq: {file: faq.yaml, purpose: questions}\n", "", StringComparison.Ordinal));
        var rule = Assert.Single(DecisionMaker.Decide(policy, Evidence(Screen(0)), Day).Rules);
        Assert.Equal((Outcome.Undecided, Reason.EvidenceMissing), (rule.Outcome, rule.Reason));
    }

    [Fact]
    public void The_screen_is_among_the_evidence_of_the_decision() =>
        Assert.Contains(Screen(0).ToLink(), DecisionMaker.Decide(Policy("maximum: 0"), Evidence(Screen(0)), Day).Evidence);

    [Theory]
    [InlineData("maximum: 1", "below 1")]
    [InlineData("maximum: -0.1", "at least 0")]
    [InlineData("maximum: 0, training: abc", "64 small hexadecimal digits")]
    [InlineData("training: ~", "maximum")]
    [InlineData("maximum: 0, tasks: []", "one task at least")]
    [InlineData("maximum: 0, tasks: [faq, nobody]", "tasks of this policy only")]
    [InlineData("maximum: 0, tasks: [faq, faq]", "each once")]
    public void A_limit_that_is_none_is_a_fault_of_the_policy(string parameters, string fault) =>
        Assert.Contains(fault, Assert.Throws<PolicyException>(() => Policy(parameters)).Message, StringComparison.Ordinal);

    private static void AssertUndecided(FiledRecord<ContaminationReport>? screen, string reason, string more = "")
    {
        var rule = Decide(screen, $"maximum: 0{more}");
        Assert.Equal((Outcome.Undecided, reason), (rule.Outcome, rule.Reason));
    }

    private static RuleResult Decide(FiledRecord<ContaminationReport>? screen, string parameters) =>
        Assert.Single(DecisionMaker.Decide(Policy(parameters), Evidence(screen), Day).Rules, rule => rule.Id == "unseen");

    private static Evidence Evidence(FiledRecord<ContaminationReport>? screen) => new()
    {
        Inspection = Inspection(),
        Receipt = Receipt(),
        Candidate = new Dictionary<string, FiledRecord<EvaluationReport>> { ["faq"] = Report("faq", isBase: false, [.. Enumerable.Range(0, Rows).Select(i => Item(i, "acc", 1))]) },
        Contamination = screen,
    };

    private static FiledRecord<ContaminationReport> Screen(int overlapping, int windows = 100, string task = "faq", string data = "faq data", int rows = Rows, int tooShort = 0) => new(
        "contamination.json",
        new ContaminationReport(DigestOf("training"), windows, [new ScreenedTask(task, DigestOf(task), DigestOf(data), rows, tooShort, [.. Enumerable.Range(0, overlapping).Select(i => new OverlappingRow(i, 0.5))])]));

    private static Policy Policy(string parameters) => Policies.PolicyTests.Parse(PolicyText(parameters));

    private static string PolicyText(string parameters) => $$"""
        schema: loragate.policy/1
        name: one
        version: "1"
        description: Questions that were not in the training.
        alpha: 0.05
        tasks:
          faq: {file: faq.yaml, purpose: questions}
        rules:
          - {id: unseen, check: contamination, severity: block, why: why, {{parameters}}}
        """;
}
