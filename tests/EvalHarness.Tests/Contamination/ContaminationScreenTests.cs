using System.Text;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks;
using Loragate.Testing;

namespace Loragate.EvalHarness.Contamination;

public sealed class ContaminationScreenTests : IDisposable
{
    private const string Long = "The committee met on a rainy Tuesday in March to decide about the old bridge over the river";

    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData(Long, 1.0)]
    [InlineData("the COMMITTEE met, on a rainy Tuesday (in March) to decide: about the old bridge over the river!", 1.0)]
    [InlineData("Yesterday, the committee met on a rainy Tuesday in March to decide about the fine", 0.33)]
    [InlineData("The committee met on a sunny Tuesday in March to decide about the new bridge over the river", 0.0)]
    public void Thirteen_words_in_a_row_overlap_whatever_their_case_and_marks(string text, double share) => Assert.Equal(share, Share(Long, text), 0.01);

    [Theory]
    [InlineData("how do I top up", "How do I top up?", 1.0)]
    [InlineData("how do I top up", "how do I top up my card", 0.0)]
    [InlineData("Question: how do I top up my card? Answer: by phone.", "how do I top up my card", 1.0)]
    [InlineData("how do I top up a card, and why do I top up my account", "how do I top up my card", 0.0)]
    [InlineData("top up now, please do it now", "top up now", 0.0)]
    public void A_short_text_overlaps_whole_inside_of_another_as_well_and_a_very_short_one_never(string training, string text, double share) => Assert.Equal(share, Share(training, text));

    [Fact]
    public void Rows_too_short_to_be_looked_for_are_counted()
    {
        _temp.Write("train.txt", Encoding.UTF8.GetBytes(Long + "\n"));
        Assert.Equal(2, Screen([_temp.PathTo("train.txt")], ["top up now", Long, "no"]).TooShort);
    }

    [Fact]
    public void Of_a_script_without_spaces_every_character_is_a_word()
    {
        Assert.Equal(1.0, Share("会議は雨の火曜日に開かれ、古い橋をどうするかを決めた。", "会議は雨の火曜日に開かれ､古い橋をどうするかを決めた"));
        Assert.InRange(Share("会議は雨の火曜日に開かれ、古い橋をどうするかを決めた。", "会議は雨の火曜日に開かれ、新しい橋をどうするかを決めた。"), 0.0, 0.2);
    }

    [Fact]
    public void Planted_rows_are_found_and_no_others()
    {
        _temp.Write("train.jsonl", Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 200).Select(i => $$"""{"n": {{i}}, "messages": [{"text": "message {{i}} about a {{i * 7}} pound transfer that did not arrive in time at bank number {{i * 3}}"}]}"""))));
        var planted = Enumerable.Range(0, 100).Select(i => i % 20 == 0
            ? $"message {i} about a {i * 7} pound transfer that did not arrive in time at bank number {i * 3}"
            : $"another message {i} about a card that did not arrive in time from branch {i} of the same bank").ToList();
        var screened = Screen([_temp.PathTo("train.jsonl")], planted);
        Assert.Equal([0, 20, 40, 60, 80], screened.Overlapping.Select(row => row.Id));
        Assert.Equal(100, screened.Rows);
    }

    [Fact]
    public void A_training_set_without_a_text_to_look_for_is_refused()
    {
        _temp.Write("train.txt", "two words\n"u8.ToArray());
        var missing = Assert.Throws<TaskException>(() => TrainingDigests.OfFiles([_temp.PathTo("missing.jsonl")]));
        Assert.Equal(("no such file", "Name the files of the training set."), (missing.Fault, missing.Advice));
        Assert.Contains("no text", Assert.Throws<TaskException>(() => TrainingDigests.OfFiles([_temp.PathTo("train.txt")])).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Digests_read_back_as_they_were_written()
    {
        _temp.Write("train.txt", Encoding.UTF8.GetBytes(Long + "\nhow do I top up\n"));
        var digests = TrainingDigests.OfFiles([_temp.PathTo("train.txt")]);
        digests.Write(_temp.PathTo("digests"));
        Assert.Equal(Artifacts.Digest.OfFile(_temp.PathTo("digests")), digests.File);
        Assert.StartsWith("loragate.training-digests/2 13 5\n", File.ReadAllText(_temp.PathTo("digests")), StringComparison.Ordinal);
        Assert.Equal(digests.Count, TrainingDigests.Read(_temp.PathTo("digests")).Count);
        // Of 18 words six windows of 13 and fourteen of 5, and the one of the short text.
        Assert.Equal(6 + 14 + 1, digests.Count);
    }

    [Theory]
    [InlineData("loragate.training-digests/2 13\n")]
    [InlineData("loragate.training-digests/2 13 5\n0123456789abcdef")]
    [InlineData("loragate.training-digests/2 13 5\n0123456789abcdeg\n")]
    [InlineData("loragate.training-digests/2 13 5\n0123\n")]
    [InlineData("loragate.training-digests/2 13 5\n0000000000000002\n0000000000000001\n")]
    public void Digests_that_were_changed_are_refused(string text)
    {
        _temp.Write("digests", Encoding.UTF8.GetBytes(text));
        Assert.Throws<TaskException>(() => TrainingDigests.Read(_temp.PathTo("digests")));
    }

    [Fact]
    public void A_column_that_the_model_is_never_shown_says_nothing()
    {
        var screened = ScreenOfQuestions(["""{"instruction": "Answer the following question with one word only please, and nothing else at all.", "q": "Who wrote Hamlet?"}"""]);
        Assert.Empty(screened.Overlapping);
    }

    [Fact]
    public void A_column_that_the_model_is_never_shown_does_not_hide_questions_too_short_to_be_looked_for()
    {
        var screened = ScreenOfQuestions(["""{"prompt": "What is 2+2?", "answer": "four"}""", """{"p": "some other text that has more than five words"}"""]);
        Assert.Equal((3, 3), (screened.Rows, screened.TooShort));
    }

    [Fact]
    public void A_question_that_the_prompt_writes_another_way_is_looked_for_as_it_is_asked()
    {
        var screened = ScreenOfQuestions(["""{"p": "please tell WHO was the first to cross the southern ocean in a small boat alone"}"""], "{{q | replace('Which person', 'who')}}", "Which person was the first to cross the southern ocean in a small boat alone");
        Assert.Single(screened.Overlapping);
    }

    /// <summary>WinoGrande shows both options beside the sentence, which it shows in two halves: neither hides the other.</summary>
    [Fact]
    public void A_prompt_that_also_shows_a_short_column_is_looked_for_between_its_words()
    {
        string[] seen = ["Sarah was a much better surgeon than Maria so _ always got the easier cases in the ward.", "The trophy did not fit into the brown case because _ was too large for it."];
        var screened = ScreenOfWinoGrande(seen, (seen[0], "Sarah", "Maria"), ("Unseen people sat in a train to Kyoto with Ken and Naoko while _ read an old newspaper.", "Ken", "Naoko"), (seen[1], "the trophy", "the case"));
        Assert.Equal([0, 2], screened.Overlapping.Select(row => row.Id));
        Assert.Equal(0, screened.TooShort);
    }

    [Fact]
    public void A_prompt_cut_by_short_columns_into_words_too_few_to_look_for_is_found_as_a_whole_where_it_is()
    {
        string[] seen = ["Ann met Bob, Ann saw Bob, Ann left Bob because Ann was late."];
        Assert.Equal([0], ScreenOfWinoGrande(seen, ("Ann met Bob, Ann saw Bob, Ann left Bob because _ was late.", "Ann", "Bob"), ("Eve hit Dan, Eve hid Dan, Eve led Dan because _ was ill.", "Eve", "Dan")).Overlapping.Select(row => row.Id));
        Assert.Equal(2, ScreenOfWinoGrande(["something else that has enough words"], ("Ann met Bob, Ann saw Bob, Ann left Bob because _ was late.", "Ann", "Bob"), ("Eve hit Dan, Eve hid Dan, Eve led Dan because _ was ill.", "Eve", "Dan")).TooShort);
    }

    [Fact]
    public void What_a_task_writes_around_every_question_is_no_rows_own()
    {
        const string instruction = "Below is an instruction that describes a task. Write a response that appropriately completes the request.";
        var screened = ScreenOfQuestions(["{\"p\": \"" + instruction + " How do I top up my card?\"}"], instruction + " {{q}}");
        Assert.Empty(screened.Overlapping);
        Assert.Equal(3, screened.TooShort);
        Assert.Equal([1], ScreenOfQuestions(["{\"p\": \"" + instruction + " How do I top up my card?\"}"], instruction + " {{q}}", "What is 2+2?", "How do I top up my card?", "What is 3+3?").Overlapping.Select(row => row.Id));
    }

    /// <summary>A right answer that the instruction names cuts it into other pieces in every row.</summary>
    [Fact]
    public void An_instruction_that_names_the_right_answers_is_no_rows_own()
    {
        const string instruction = "Answer the question with yes or no only, please. ";
        var screened = ScreenOfAnswers(instruction + "{{q}}", [instruction + "Will it rain?"], ("Is tin a metal?", "yes", ""), ("Can ice burn?", "no", ""), ("Is Mars red?", "yes", ""));
        Assert.Empty(screened.Overlapping);
        Assert.Equal(3, screened.TooShort);
        Assert.Equal([1], ScreenOfAnswers(instruction + "{{q}}", [instruction + "Can ice burn?"], ("Is tin a metal?", "yes", ""), ("Can ice burn?", "no", ""), ("Is Mars red?", "yes", "")).Overlapping.Select(row => row.Id));
    }

    [Fact]
    public void Labels_that_the_instruction_lists_are_no_rows_own_however_long()
    {
        const string instruction = "Choose one of: it is true of both, it is true of neither, nobody can tell from here. ";
        var screened = ScreenOfAnswers(instruction + "{{q}}", [instruction + "Will it rain?"], ("Tin is light?", "it is true of both", ""), ("Can ice burn?", "it is true of neither", ""), ("Is Mars red?", "nobody can tell from here", ""));
        Assert.Empty(screened.Overlapping);
        Assert.Equal(3, screened.TooShort);
    }

    [Fact]
    public void Two_pieces_of_an_instruction_are_no_rows_own_where_the_column_between_them_is_empty()
    {
        var screened = ScreenOfAnswers(
            "Read the passage below with care. {{passage}} Answer the question in one word. {{q}}",
            ["Read the passage below with care.  Answer the question in one word. Will it rain?"],
            ("Is tin light?", "yes", ""), ("Can ice burn?", "no", "Ice is cold."), ("Is Mars red?", "yes", "Mars is near."));
        Assert.Empty(screened.Overlapping);
        Assert.Equal(3, screened.TooShort);
    }

    [Fact]
    public void A_question_that_begins_like_one_in_the_training_behind_the_same_instruction_is_another_question()
    {
        const string instruction = "Below is an instruction that describes a task. Write a response that appropriately completes the request. ";
        (string, string, string)[] rows = [("How do I top up my card in another country?", "a", ""), ("Which town is the largest of them all today?", "b", "")];
        Assert.Empty(ScreenOfAnswers(instruction + "{{q}}", [instruction + "How do I close it?"], rows).Overlapping);
        Assert.Equal([0], ScreenOfAnswers(instruction + "{{q}}", [instruction + "How do I top up my card in another country?"], rows).Overlapping.Select(row => row.Id));
    }

    /// <summary>A row is a stranger's: one that compares every column with the prompt at every place would hold the gate up for hours.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3_000)]
    public void A_row_of_one_word_over_and_over_is_screened_in_time_that_grows_with_its_length(int columns)
    {
        var of = string.Join(", ", Enumerable.Range(0, columns).Select(i => $"\"c{i}\": \"{Repeated(120_000 / columns)} {(columns == 1 ? "a" : "b" + i)}\""));
        var (task, data, training) = OwnRows("{{q}}", "{\"p\": \"" + Repeated(20) + "\"}", $"{{\"q\": \"{Repeated(240_000)}\", \"answer\": \"no\", {of}}}");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal([0], ContaminationScreen.Screen(task, data, training, TestContext.Current.CancellationToken).Overlapping.Select(row => row.Id));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public void A_screen_can_be_called_off()
    {
        var (task, data, training) = OwnRows("{{q}}", "{\"p\": \"" + Long + "\"}", "{\"q\": \"" + Long + "\", \"answer\": \"no\"}");
        Assert.Throws<OperationCanceledException>(() => ContaminationScreen.Screen(task, data, training, new CancellationToken(canceled: true)));
    }

    public void Dispose() => _temp.Dispose();

    private static string Repeated(int count) => string.Join(' ', Enumerable.Repeat("a", count));

    /// <summary>Questions with their right answers and passages, against prompts of a training set.</summary>
    private ScreenedTask ScreenOfAnswers(string text, string[] training, params (string Question, string Answer, string Passage)[] rows)
    {
        var (task, data, digests) = OwnRows(text, string.Join('\n', training.Select(prompt => $$"""{"p": "{{prompt}}"}""")), string.Join('\n', rows.Select(row => $$"""{"q": "{{row.Question}}", "answer": "{{row.Answer}}", "passage": "{{row.Passage}}"}""")));
        return ContaminationScreen.Screen(task, data, digests, TestContext.Current.CancellationToken);
    }

    private (EvaluationTask Task, TaskData Data, TrainingDigests Training) OwnRows(string text, string training, string rows)
    {
        _temp.Write("train.jsonl", Encoding.UTF8.GetBytes(training + "\n"));
        _temp.Write("rows.jsonl", Encoding.UTF8.GetBytes(rows + "\n"));
        var task = EvaluationTask.Load(_temp.Write("a.yaml", Encoding.UTF8.GetBytes(
            $"task: a\ndataset_path: json\ndataset_kwargs: {{data_files: {{test: rows.jsonl}}}}\ntest_split: test\noutput_type: generate_until\ndoc_to_text: {System.Text.Json.JsonSerializer.Serialize(text)}\ndoc_to_target: \"{{{{answer}}}}\"\ngeneration_kwargs: {{until: [\"\\n\"]}}\n")));
        return (task, task.Read(_temp.Path, null), TrainingDigests.OfFiles([_temp.PathTo("train.jsonl")]));
    }

    private ScreenedTask ScreenOfWinoGrande(string[] training, params (string Sentence, string First, string Second)[] rows)
    {
        _temp.Write("train.txt", Encoding.UTF8.GetBytes(string.Concat(training.Select(text => text + "\n"))));
        _temp.Write("datasets/winogrande/validation.jsonl", Encoding.UTF8.GetBytes(string.Concat(rows.Select(row => $$"""{"sentence": "{{row.Sentence}}", "option1": "{{row.First}}", "option2": "{{row.Second}}", "answer": "1"}""" + "\n"))));
        var task = EvaluationTask.Load(Repository.PathTo("policies", "tasks", "winogrande.yaml"));
        return ContaminationScreen.Screen(task, task.Read(_temp.Path, null), TrainingDigests.OfFiles([_temp.PathTo("train.txt")]));
    }

    /// <summary>Questions in a template, beside a column that is the same in every row and in no prompt.</summary>
    private ScreenedTask ScreenOfQuestions(string[] training, string text = "Ticket: {{q}}\nTeam:", params string[] questions)
    {
        _temp.Write("train.jsonl", Encoding.UTF8.GetBytes(string.Concat(training.Select(row => row + "\n"))));
        _temp.Write("rows.jsonl", Encoding.UTF8.GetBytes(string.Concat((questions.Length > 0 ? questions : ["What is 2+2?", "What is 3+4?", "What is 5+6?"]).Select(question =>
            $$"""{"q": "{{question}}", "choices": ["four", "five"], "answer": 0, "instruction": "Answer the following question with one word only please, and nothing else at all."}""" + "\n"))));
        var task = EvaluationTask.Load(_temp.Write("c.yaml", Encoding.UTF8.GetBytes(
            $"task: c\ndataset_path: json\ndataset_kwargs: {{data_files: {{test: rows.jsonl}}}}\ntest_split: test\noutput_type: multiple_choice\ndoc_to_text: {System.Text.Json.JsonSerializer.Serialize(text)}\ndoc_to_choice: \"{{{{choices}}}}\"\ndoc_to_target: \"{{{{answer}}}}\"\n")));
        return ContaminationScreen.Screen(task, task.Read(_temp.Path, null), TrainingDigests.OfFiles([_temp.PathTo("train.jsonl")]));
    }

    private double Share(string training, string text)
    {
        _temp.Write("train.txt", Encoding.UTF8.GetBytes(training + "\n"));
        return Screen([_temp.PathTo("train.txt")], [text]).Overlapping is [var row] ? row.Share : 0;
    }

    private ScreenedTask Screen(IReadOnlyList<string> training, IEnumerable<string> texts)
    {
        _temp.Write("data/own.txt", Encoding.UTF8.GetBytes(string.Concat(texts.Select(text => text + "\n"))));
        var task = EvaluationTask.Load(Repository.PathTo("policies", "tasks", "own_text.yaml"));
        return ContaminationScreen.Screen(task, task.Read(_temp.PathTo("data"), null), TrainingDigests.OfFiles(training));
    }
}
