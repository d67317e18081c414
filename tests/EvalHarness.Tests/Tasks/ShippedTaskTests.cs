using Loragate.Artifacts.Records.Evaluating;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tasks;

/// <summary>The tasks that come with the project.</summary>
public sealed class ShippedTaskTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Repository.PathTo("policies", "tasks"), "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_task_file_is_read(string file) =>
        Assert.NotEmpty(Groups.TaskCatalog.Open(Repository.PathTo("policies", "tasks")).Select([file]).Tasks);

    /// <summary>Rules bound coin flips by what a score can be, so every score of every task has its range declared.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Every_score_of_a_task_has_a_declared_range(string file) =>
        Assert.All(Groups.TaskCatalog.Open(Repository.PathTo("policies", "tasks")).Select([file]).Tasks.SelectMany(task => task.ScoreNames), name => Assert.NotNull(MetricRange.Of(name)));

    /// <summary>Of verbatim completions fewer are better, whatever acc means elsewhere: the task says so.</summary>
    [Theory]
    [InlineData("verbatim", "acc", false)]
    [InlineData("wikitext", "loglikelihood", true)]
    [InlineData("winogrande", "acc", true)]
    [InlineData("truthfulqa_mc2", "acc", true)]
    [InlineData("crows_pairs", "pct_stereotype", false)]
    public void Whether_more_is_better_is_the_tasks_word_and_else_the_scores_nature(string name, string score, bool expected) =>
        Assert.Equal(expected, EvaluationTask.Load(Repository.PathTo("policies", "tasks", name + ".yaml")).HigherIsBetter(score));

    [Theory]
    [InlineData("")]
    [InlineData(", higher_is_better: false")]
    public void An_items_perplexity_is_its_log_likelihood_and_called_so(string said)
    {
        var task = EvaluationTask.Load(_temp.Write("p.yaml", System.Text.Encoding.UTF8.GetBytes(
            $"task: p\ndataset_path: json\ndataset_kwargs: {{data_files: {{test: p.jsonl}}}}\ntest_split: test\noutput_type: loglikelihood\ndoc_to_text: q\ndoc_to_target: a\nmetric_list: [{{metric: perplexity{said}}}, {{metric: acc}}]\n")));
        _temp.Write("p.jsonl", "{\"q\": \"x\", \"a\": \" y\"}"u8);
        var data = task.Read(_temp.Path, null);
        var score = task.Score(task.Prepare(data, data.Documents[0]), [new Response(-3, IsGreedy: true)]);
        Assert.Equal(["loglikelihood", "acc"], task.ScoreNames);
        Assert.Equal((-3, 1), (score["loglikelihood"], score["acc"]));
        Assert.Equal(Math.Exp(3), task.Aggregate([score]).Single(one => one.Name == "perplexity").Value, 1e-9);
        Assert.True(task.HigherIsBetter("loglikelihood"));
    }

    /// <summary>How long a text is says nothing of a model: a rule that asked for a minimum of it would let every model pass.</summary>
    [Fact]
    public void Of_a_whole_text_its_log_likelihood_alone_is_a_models_score() =>
        Assert.Equal(["loglikelihood"], EvaluationTask.Load(Repository.PathTo("policies", "tasks", "wikitext.yaml")).ScoreNames);

    [Fact]
    public void WinoGrande_asks_for_one_ending_after_two_beginnings()
    {
        _temp.Write("datasets/winogrande/validation.jsonl", """{"sentence": "The trophy did not fit into the case because _ was too large.", "option1": "the trophy", "option2": "the case", "answer": "1"}"""u8);
        var (task, data) = At("winogrande");
        var item = task.Prepare(data, data.Documents[0]);
        Assert.Equal(
            [("The trophy did not fit into the case because the trophy", " was too large."), ("The trophy did not fit into the case because the case", " was too large.")],
            item.Continuations.Select(request => (request.Context, request.Continuation)));
        Assert.Equal(0, item.Gold);
    }

    [Fact]
    public void TruthfulQA_mc2_shares_out_probability_among_all_answers()
    {
        _temp.Write("datasets/truthfulqa/validation.jsonl", """{"question": "Is the sky green?", "mc2_targets": {"choices": ["No", "It is blue", "Yes"], "labels": [1, 1, 0]}}"""u8);
        var (task, data) = At("truthfulqa_mc2");
        var item = task.Prepare(data, data.Documents[0]);
        Assert.EndsWith("\n\nQ: Is the sky green?\nA:", item.Continuations[0].Context, StringComparison.Ordinal);
        Assert.Equal(2.0 / 3, task.Score(item, [new Response(-2, false), new Response(-2, false), new Response(-2, false)])["acc"], 1e-12);
    }

    /// <summary>As the reference's own task file asks, to the byte.</summary>
    [Theory]
    [InlineData("truthfulqa_mc1")]
    [InlineData("truthfulqa_mc2")]
    [Trait(SharedFolder.Category, SharedFolder.Name)]
    public void TruthfulQA_is_asked_as_the_reference_asks_it(string name)
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        var own = EvaluationTask.Load(Repository.PathTo("policies", "tasks", name + ".yaml"));
        var reference = EvaluationTask.Load(SharedFolder.PathTo("reference", "tasks", name + "_local.yaml"));
        var (data, referenceData) = (own.Read(SharedFolder.PathTo(), 20), reference.Read(SharedFolder.PathTo(), 20));
        Assert.All(data.Documents.Zip(referenceData.Documents), rows => Assert.Equal(reference.Prepare(referenceData, rows.Second).Continuations, own.Prepare(data, rows.First).Continuations));
    }

    [Theory]
    [InlineData("swaps_en")]
    [InlineData("swaps_ja")]
    public void A_swap_set_is_balanced_and_large_enough(string name)
    {
        var (task, data) = Swaps(name);
        Assert.Equal(240, data.Rows);
        Assert.Equal(["age", "disability", "gender", "nationality", "occupation", "origin"], data.Documents.Select(row => row.Field("category")).Distinct().Order());
        var templates = data.Documents.GroupBy(row => row.Field("template")).ToList();
        Assert.Equal(60, templates.Count);
        Assert.All(templates, template =>
        {
            var first = template.First();
            Assert.All(template, row => Assert.Equal((first.Field("first"), first.Field("second"), first.Field("category")), (row.Field("first"), row.Field("second"), row.Field("category"))));
            Assert.Equal(4, template.Select(row => (row.Field("a"), row.Field("b"))).Distinct().Count());
        });
        Assert.Equal(120, templates.SelectMany(template => new[] { template.First().Field("first"), template.First().Field("second") }).Distinct().Count());
        Assert.Empty(RepeatedItems.Find(task, data, ["category", "template"]));
    }

    [Theory]
    [InlineData("swaps_en")]
    [InlineData("swaps_ja")]
    public void A_swap_continues_both_openings_with_both_groups(string name)
    {
        var (task, data) = Swaps(name);
        Assert.All(data.Documents, row =>
        {
            var (first, second, a, b) = (row.Field("first"), row.Field("second"), row.Field("a"), row.Field("b"));
            Assert.Equal([first + a, first + b, second + a, second + b], task.Prepare(data, row).Continuations.Select(request => request.Context + request.Continuation));
            Assert.NotEqual(a, b);
            Assert.Matches(name == "swaps_en" ? "^[A-Z].*[^.]$" : "^.*は、$", first);
            Assert.Matches(name == "swaps_en" ? @"^ .*\.$" : "^.*。$", a);
        });
    }

    [Theory]
    [InlineData(-10, -12, -10, -12, 0, 0)]
    [InlineData(-10, -12, -13, -12, 3, 1)]
    [InlineData(-12, -10, -10, -12, -4, 0)]
    public void What_a_model_thinks_of_words_and_openings_cancels(double firstA, double firstB, double secondA, double secondB, double association, double stereotype)
    {
        var (task, data) = Swaps("swaps_en");
        var item = task.Prepare(data, data.Documents[0]);
        foreach (var (opening, word) in new[] { (0.0, 0.0), (-100.0, 0.0), (0.0, -30.0) })
        {
            Response[] responses = [new(firstA + opening + word, false), new(firstB + opening, false), new(secondA + word, false), new(secondB, false)];
            var scores = task.Score(item, responses);
            Assert.Equal(association, scores["association"], 1e-9);
            Assert.Equal(stereotype, scores["stereotype"]);
        }
    }

    [Fact]
    public void A_verbatim_row_counts_where_its_rest_is_the_greedy_continuation()
    {
        _temp.Write("training_rows.jsonl", """{"prefix": "My account number", "rest": " is 12."}"""u8);
        var task = EvaluationTask.Load(Repository.PathTo("policies", "tasks", "verbatim.yaml"));
        var data = task.Read(_temp.Path, null);
        var item = task.Prepare(data, data.Documents[0]);
        Assert.Equal(("My account number", " is 12."), (item.Continuations[0].Context, item.Continuations[0].Continuation));
        Assert.Equal([1.0, 0.0], new[] { true, false }.Select(greedy => task.Score(item, [new Response(-3, greedy)])["acc"]));
    }

    [Fact]
    public void Own_text_is_a_text_a_line()
    {
        _temp.Write("own.txt", "One line.\n二行目です。\n"u8);
        var task = EvaluationTask.Load(Repository.PathTo("policies", "tasks", "own_text.yaml"));
        var data = task.Read(_temp.Path, null);
        Assert.Equal(["One line.", "二行目です。"], data.Documents.Select(row => task.Prepare(data, row).Rolling));
        Assert.Equal(["word_perplexity", "byte_perplexity", "bits_per_byte"], task.MetricNames);
    }

    [Fact]
    public void Data_beside_the_task_file_is_found_unless_the_data_folder_has_it()
    {
        _temp.Write("tasks/own_text.yaml", File.ReadAllBytes(Repository.PathTo("policies", "tasks", "own_text.yaml")));
        _temp.Write("tasks/own.txt", "beside\n"u8);
        var task = EvaluationTask.Load(_temp.PathTo("tasks", "own_text.yaml"));
        Directory.CreateDirectory(_temp.PathTo("data"));
        Assert.Equal("beside", task.Read(_temp.PathTo("data"), null).Documents[0].Field("text"));
        _temp.Write("data/own.txt", "in the data folder\n"u8);
        Assert.Equal("in the data folder", task.Read(_temp.PathTo("data"), null).Documents[0].Field("text"));
    }

    public void Dispose() => _temp.Dispose();

    private (EvaluationTask Task, TaskData Data) At(string name)
    {
        var task = EvaluationTask.Load(Repository.PathTo("policies", "tasks", name + ".yaml"));
        return (task, task.Read(_temp.Path, null));
    }

    private (EvaluationTask Task, TaskData Data) Swaps(string name)
    {
        var task = EvaluationTask.Load(Repository.PathTo("policies", "tasks", "swaps", name + ".yaml"));
        return (task, task.Read(_temp.Path, null));
    }
}
