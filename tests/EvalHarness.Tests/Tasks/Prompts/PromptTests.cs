using System.Text;
using Loragate.EvalHarness.Templates;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tasks.Prompts;

/// <summary>Expected prompts follow lm_eval/api/task.py (fewshot_context, build_qa_turn, construct_requests), read by hand.</summary>
public sealed class PromptTests : IDisposable
{
    private const string Head = "task: t\ndataset_path: json\ndataset_kwargs: {data_files: {test: rows.jsonl, train: pool.jsonl}}\ntest_split: test\n";
    private const string Choice = Head + "output_type: multiple_choice\ndoc_to_text: \"Q: {{q}}\"\ndoc_to_target: a\ndoc_to_choice: [\"yes\", \"no\"]\n";

    private readonly TempFolder _temp = new();

    public PromptTests()
    {
        Rows("rows.jsonl", """{"q": "one", "a": 0}""", """{"q": "two", "a": 1}""");
        Rows("pool.jsonl", [.. Enumerable.Range(0, 30).Select(i => $$"""{"q": "p{{i}}", "a": {{i % 2}}}""")]);
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Drawn_examples_are_those_of_one_process_of_the_harness_document_by_document()
    {
        // random.Random(1234).sample(range(30), 2), twice: [24, 14] and [3, 0] by CPython.
        var yaml = Choice + "num_fewshot: 2\nfewshot_split: train\n";
        Assert.Equal(
            ["Q: p24 yes\n\nQ: p14 yes\n\nQ: one", "Q: p3 no\n\nQ: p0 yes\n\nQ: two"],
            Contexts(yaml));
        Assert.Equal("Q: p24 yes\n\nQ: p14 yes\n\nQ: one", Assert.Single(Contexts(yaml, limit: 1)));
    }

    [Fact]
    public void Another_seed_draws_other_examples() =>
        Assert.NotEqual(Contexts(Choice + "num_fewshot: 2\nfewshot_split: train\n"), Contexts(Choice + "num_fewshot: 2\nfewshot_split: train\n", seed: 1));

    [Fact]
    public void A_document_is_never_among_its_own_examples()
    {
        var contexts = Contexts(Choice + "num_fewshot: 1\nfewshot_split: test\n");
        Assert.Equal(["Q: two no\n\nQ: one", "Q: one yes\n\nQ: two"], contexts);
    }

    [Fact]
    public void A_row_that_comes_twice_among_its_own_examples_is_refused()
    {
        Rows("rows.jsonl", """{"q": "one", "a": 0}""", """{"q": "one", "a": 0}""");
        Assert.Contains("more than once", Assert.Throws<TaskException>(() => Contexts(Choice + "num_fewshot: 1\nfewshot_split: test\n")).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Examples_have_a_form_of_their_own_where_the_task_says_so() => Assert.Equal(
        "Example p0 => no|Example p1 => yes|Q: one",
        Contexts(Choice + """
            num_fewshot: 2
            fewshot_split: train
            fewshot_config:
              sampler: first_n
              doc_to_text: "Example {{q}}"
              doc_to_target: "{{1 - a}}"
              target_delimiter: " => "
              fewshot_delimiter: "|"

            """)[0]);

    [Fact]
    public void Examples_may_stand_in_the_task_file() => Assert.Equal(
        "Q: sun yes\n\nQ: rain no\n\nQ: one",
        Contexts(Choice + "num_fewshot: 2\nfewshot_config: {sampler: first_n, samples: [{q: sun, a: 0}, {q: rain, a: 1}]}\n")[0]);

    [Fact]
    public void The_beginning_of_an_answer_is_set_off_where_neither_side_has_white_space()
    {
        var items = Items(Choice + "gen_prefix: \"A:\"\nnum_fewshot: 1\nfewshot_split: train\nfewshot_config: {sampler: first_n}\n", PromptStyle.Plain);
        Assert.Equal(new ContinuationRequest("Q: p0 A: yes\n\nQ: one A:", " yes"), items[0].Continuations[0]);
    }

    [Fact]
    public void A_system_instruction_stands_before_the_description() => Assert.Equal(
        "Be brief.\n\nAnswer.\nQ: one",
        Items(Choice + "description: \"Answer.\\n\"\n", new PlainPrompt("Be brief."))[0].Continuations[0].Context);

    [Fact]
    public void In_a_chat_examples_are_one_turn_or_turns_of_their_own_and_the_answer_needs_no_delimiter()
    {
        var yaml = Choice + "description: \"D.\"\nnum_fewshot: 1\nfewshot_split: train\nfewshot_config: {sampler: first_n}\n";
        Assert.Equal(new ContinuationRequest("[system]D.[user]Q: p0 yes\n\nQ: one[assistant]", "yes"), Items(yaml, Chat(multiTurn: false))[0].Continuations[0]);
        Assert.Equal(new ContinuationRequest("[system]D.[user]Q: p0[assistant]yes[user]Q: one[assistant]", "yes"), Items(yaml, Chat(multiTurn: true))[0].Continuations[0]);
    }

    [Fact]
    public void In_a_chat_the_beginning_of_an_answer_stays_open()
    {
        var yaml = Choice + "gen_prefix: \"A:\"\n";
        Assert.Equal(new ContinuationRequest("[user]Q: one[assistant]A:", " yes"), Items(yaml, Chat(multiTurn: false))[0].Continuations[0]);
        Assert.Equal(new ContinuationRequest("[user]Q: one[assistant]A:", "yes"), Items(Choice + "gen_prefix: \"A: \"\n", Chat(multiTurn: true, trim: true))[0].Continuations[0]);
    }

    [Fact]
    public void A_template_that_refuses_the_conversation_is_told_with_the_row()
    {
        _temp.Write("chat_template.jinja", "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}x"u8);
        var refusal = Assert.Throws<TemplateException>(() => Items(Choice + "description: D\n", new ChatPrompt(ChatTemplate.Load(_temp.Path)!, false, "")));
        Assert.Contains("no system", refusal.Fault, StringComparison.Ordinal);
        Assert.Contains("rows.jsonl, line 1", refusal.Place, StringComparison.Ordinal);
    }

    [Fact]
    public void WinoGrande_asks_for_the_same_ending_after_each_beginning()
    {
        Rows("rows.jsonl", """{"sentence": "The cup hit _ and broke.", "option1": "it", "option2": "the floor", "answer": "2"}""");
        Rows("pool.jsonl", """{"sentence": "A _ sang.", "option1": "bird", "option2": "stone", "answer": "1"}""");
        var yaml = Head + """
            output_type: multiple_choice
            doc_to_text: !function preprocess_winogrande.doc_to_text
            doc_to_target: !function preprocess_winogrande.doc_to_target
            doc_to_choice: !function preprocess_winogrande.doc_to_choice
            num_fewshot: 1
            training_split: train

            """;
        var item = Assert.Single(Items(yaml, PromptStyle.Plain));
        Assert.Equal(
            [new ContinuationRequest("A bird sang.\n\nThe cup hit it", " and broke."), new ContinuationRequest("A bird sang.\n\nThe cup hit the floor", " and broke.")],
            item.Continuations);
        Assert.Equal(1, item.Gold);
        Assert.Equal(["The cup hit it", "The cup hit the floor"], item.Choices);
    }

    [Fact]
    public void Rows_of_both_kinds_of_question_are_refused()
    {
        Rows("rows.jsonl", """{"q": "one", "a": 0}""", """{"q": "7", "a": 0}""");
        Assert.Contains("first row", Assert.Throws<TaskException>(() => Contexts(Choice.Replace("Q: {{q}}", "{{q}}", StringComparison.Ordinal))).Fault, StringComparison.Ordinal);
    }

    private ChatPrompt Chat(bool multiTurn, bool trim = false)
    {
        _temp.Write("chat_template.jinja", Encoding.UTF8.GetBytes($"{{% for m in messages %}}[{{{{ m.role }}}}]{{{{ m.content{(trim ? ".strip()" : "")} }}}}{{% endfor %}}{{% if add_generation_prompt %}}[assistant]{{% endif %}}"));
        return new ChatPrompt(ChatTemplate.Load(_temp.Path)!, multiTurn, "");
    }

    private List<string> Contexts(string yaml, int? limit = null, int seed = EvaluationTask.DefaultFewShotSeed)
    {
        var task = Load(yaml);
        var data = task.Read(_temp.Path, limit, seed);
        return [.. data.Documents.Select(document => task.Prepare(data, document).Continuations[0].Context)];
    }

    private List<TaskItem> Items(string yaml, PromptStyle style)
    {
        var task = Load(yaml);
        var data = task.Read(_temp.Path, null);
        return [.. data.Documents.Select(document => task.Prepare(data, document, style))];
    }

    private EvaluationTask Load(string yaml) => EvaluationTask.Load(_temp.Write("t.yaml", Encoding.UTF8.GetBytes(yaml)));

    private void Rows(string file, params string[] rows) => _temp.Write(file, Encoding.UTF8.GetBytes(string.Concat(rows.Select(row => row + "\n"))));
}
