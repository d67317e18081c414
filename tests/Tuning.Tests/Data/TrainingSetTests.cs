using System.Text;
using Loragate.Testing;

namespace Loragate.Tuning.Data;

public sealed class TrainingSetTests : IDisposable
{
    private const string Good = """{"prompt": "Ticket: a\nTeam:", "completion": " Billing"}""";

    private readonly TempFolder _temp = new();
    private readonly ExampleEncoder _encoder = new(Sample.Base);

    [Fact]
    public void Only_the_completion_and_its_end_are_learnt()
    {
        var example = Assert.Single(Read(Good, 256).Examples);
        var learnt = example.Tokens.Where((_, i) => example.IsLearnt[i]).ToArray();
        var tokenizer = EvalHarness.Tokenizers.Tokenizer.Load(Sample.Base);
        Assert.Equal(" Billing<|endoftext|>", tokenizer.Decode(learnt, skipSpecialTokens: false));
        Assert.Equal("Ticket: a\nTeam: Billing<|endoftext|>", tokenizer.Decode(example.Tokens, skipSpecialTokens: false));
    }

    [Fact]
    public void A_text_without_a_prompt_is_learnt_from_its_beginning()
    {
        var example = Assert.Single(Read("""{"prompt": "", "completion": "The lamp is red."}""", 256).Examples);
        Assert.False(example.IsLearnt[0]);
        Assert.All(example.IsLearnt.Skip(1), Assert.True);
    }

    [Theory]
    [InlineData("", "no rows")]
    [InlineData("\n \n", "no rows")]
    [InlineData("{\"prompt\": \"a\"", "line 1: not strict JSON")]
    [InlineData("[1]", "line 1: not a JSON object")]
    [InlineData("{\"text\": \"a\"}", "line 1: neither 'messages' nor 'prompt' and 'completion'")]
    [InlineData("{\"prompt\": \"a\"}", "line 1: 'completion' is missing or no text")]
    [InlineData("{\"prompt\": 3, \"completion\": \"b\"}", "line 1: 'prompt' is missing or no text")]
    [InlineData("{\"prompt\": \"a\", \"completion\": \"\"}", "line 1: 'completion' is empty")]
    [InlineData("{\"prompt\": \"a\", \"completion\": \"b\", \"messages\": []}", "line 1: both 'messages' and")]
    [InlineData("{\"messages\": []}", "line 1: 'messages' is no list of objects")]
    [InlineData("{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}", "line 1: the last message is not the assistant's")]
    [InlineData("{\"messages\": [{\"role\": \"robot\", \"content\": \"a\"}]}", "line 1: role 'robot'")]
    [InlineData("{\"prompt\": \"a\", \"completion\": \" b\"}\n\n{\"prompt\": \"a\", \"completion\": \" b\"}", "line 3: the same row as")]
    [InlineData("{\"prompt\": \"a\", \"completion\": \" b\"}\n{\"prompt\": \"a\", \"completion\": \" c\"}", "line 2: the same prompt as")]
    [InlineData("{\"prompt\": \"a\", \"completion\": \" b\"}\n{\"prompt\": \"a\", \"completion\": \" c\"}", "mislabelled")]
    [InlineData("{\"prompt\": \"\", \"completion\": \"b\"}\n{\"prompt\": \"\", \"completion\": \"b\"}", "line 2: the same row as")]
    [InlineData("{\"prompt\": \"a\", \"completion\": \" \\n\"}", "line 1: 'completion' is empty")]
    [InlineData("{\"prompt\": \"a\", \"completion\": \" b\"}\n{\"prompt\": \"a \", \"completion\": \"b\"}", "line 2: the same row as")]
    [InlineData("{\"prompt\": \"a\", \"completion\": \" b\"}\n{\"prompt\": \"a \", \"completion\": \"c\"}", "line 2: the same prompt as")]
    [InlineData("{\"prompt\": \"a b c d e f\", \"completion\": \" g\"}", "tokens, where a row may have 5")]
    [InlineData("{\"prompt\": \"\\ud800\", \"completion\": \"b\"}", "line 1: not strict JSON")]
    public void Unsuitable_data_is_refused_with_its_line(string text, string words)
    {
        var fault = Assert.Throws<TuningException>(() => Read(text, maxLength: 5));
        Assert.Contains(words, fault.Message);
        Assert.StartsWith(_temp.PathTo("data.jsonl"), fault.Place);
    }

    [Fact]
    public void Repeated_prompts_are_taken_where_they_are_meant()
    {
        var path = Write(Good + "\n" + Good.Replace("Billing", "Sales", StringComparison.Ordinal));
        Assert.Equal(2, CheckedData.Read([path], [], Sample.Base, allowRepeats: true).Training.Examples.Count);
        Assert.Throws<TuningException>(() => CheckedData.Read([path], [], Sample.Base, allowRepeats: false));
    }

    [Fact]
    public void Conversations_need_a_chat_template_and_the_row_that_lacks_it_is_named() =>
        Assert.Contains("line 1: a conversation, and", Assert.Throws<TuningException>(() => Read("""{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}""", 256)).Message);

    [Fact]
    public void Every_answer_of_a_conversation_is_learnt_and_nothing_else()
    {
        var folder = _temp.Copy(Sample.Base, "chat");
        File.WriteAllText(Path.Combine(folder, "chat_template.jinja"), "{% for m in messages %}[{{ m['role'] }}] {{ m['content'] }}\n{% endfor %}{% if add_generation_prompt %}[assistant] {% endif %}");
        var encoder = new ExampleEncoder(folder);
        var path = Write("""{"messages": [{"role": "user", "content": "one"}, {"role": "assistant", "content": "two"}, {"role": "user", "content": "three"}, {"role": "assistant", "content": "four"}]}""");
        var example = Assert.Single(TrainingSet.Read([path], encoder).Examples);
        var tokenizer = EvalHarness.Tokenizers.Tokenizer.Load(folder);
        Assert.Equal(" two\n four\n", tokenizer.Decode([.. example.Tokens.Where((_, i) => example.IsLearnt[i])], skipSpecialTokens: false));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("")]
    public void A_conversation_of_which_the_template_leaves_nothing_to_learn_is_refused(string template)
    {
        var folder = _temp.Copy(Sample.Base, "chat");
        File.WriteAllText(Path.Combine(folder, "chat_template.jinja"), template);
        var path = Write("""{"messages": [{"role": "user", "content": "one"}, {"role": "assistant", "content": "two"}]}""");
        Assert.Contains("no token is left", Assert.Throws<TuningException>(() => TrainingSet.Read([path], new ExampleEncoder(folder))).Message);
    }

    [Fact]
    public void A_completion_that_merges_with_its_prompt_is_told_in_words_of_training()
    {
        var fault = Assert.Throws<TuningException>(() => Read("""{"prompt": "A", "completion": "nswer"}""", 256));
        Assert.Contains("line 1: prompt and completion cannot be told apart", fault.Message);
        Assert.DoesNotContain("target_delimiter", fault.Message);
    }

    [Fact]
    public void Rows_that_are_learnt_from_are_no_validation()
    {
        TrainingSet Set(string name, string answer) =>
            TrainingSet.Read([_temp.Write(name, Encoding.UTF8.GetBytes(Good.Replace("Billing", answer, StringComparison.Ordinal)))], _encoder);

        var (data, same, other) = (Set("data.jsonl", "Billing"), Set("same.jsonl", "Billing"), Set("other.jsonl", "Sales"));
        var fault = Assert.Throws<TuningException>(() => same.RefuseRowsOf(data, allowRepeats: true));
        Assert.Contains("same.jsonl, line 1: the training data have this row too", fault.Message);
        Assert.Contains("this prompt too", Assert.Throws<TuningException>(() => other.RefuseRowsOf(data, allowRepeats: false)).Message);
        other.RefuseRowsOf(data, allowRepeats: true);
    }

    [Fact]
    public void A_row_in_another_spelling_is_the_same_to_the_model()
    {
        TrainingSet Set(string name, string prompt, string completion) =>
            TrainingSet.Read([_temp.Write(name, Encoding.UTF8.GetBytes($$"""{"prompt": "{{prompt}}", "completion": "{{completion}}"}"""))], _encoder);

        var fault = Assert.Throws<TuningException>(() => Set("spelled.jsonl", "Team: ", "Sales").RefuseRowsOf(Set("data.jsonl", "Team:", " Sales"), allowRepeats: true));
        Assert.Contains("spelled.jsonl, line 1: the training data have this row too", fault.Message);
    }

    [Fact]
    public void A_row_may_have_just_as_many_tokens_as_is_allowed()
    {
        var set = TrainingSet.Read([Write(Good)], _encoder);
        var tokens = set.Examples[0].Tokens.Count;
        set.RefuseLonger(tokens);
        Assert.Throws<TuningException>(() => set.RefuseLonger(tokens - 1));
    }

    [Fact]
    public void One_row_teaches_nothing_general() =>
        Assert.Contains("one row", Assert.Throws<TuningException>(() => CheckedData.Read([Write(Good)], [], Sample.Base, allowRepeats: false)).Message);

    [Fact]
    public void Every_row_comes_once_an_epoch_and_the_order_is_the_seeds()
    {
        var order = new BatchOrder(7, 3, seed: 4);
        var first = Enumerable.Range(0, 7).SelectMany(i => order.Batch(i)).ToList();
        Assert.All(first.Chunk(7), epoch => Assert.Equal(Enumerable.Range(0, 7), epoch.Order()));
        Assert.NotEqual(first[..7], first[7..14]);
        Assert.Equal(first, Enumerable.Range(0, 7).SelectMany(i => new BatchOrder(7, 3, seed: 4).Batch(i)));
        Assert.NotEqual(first, Enumerable.Range(0, 7).SelectMany(i => new BatchOrder(7, 3, seed: 5).Batch(i)));
    }

    public void Dispose() => _temp.Dispose();

    private TrainingSet Read(string text, int maxLength)
    {
        var set = TrainingSet.Read([Write(text)], _encoder);
        set.RefuseRepeats();
        set.RefuseLonger(maxLength);
        return set;
    }

    private string Write(string text) => _temp.Write("data.jsonl", Encoding.UTF8.GetBytes(text));
}
