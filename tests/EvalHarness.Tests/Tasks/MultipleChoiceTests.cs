using Loragate.EvalHarness.Tasks;
using Loragate.Testing;
using static Loragate.EvalHarness.Tests.Tasks.TaskFolder;

namespace Loragate.EvalHarness.Tests.Tasks;

/// <summary>Which choice is the target, and which one is the model's.</summary>
public sealed class MultipleChoiceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_bare_word_that_is_a_choice_is_the_target_and_null_in_a_text_is_Pythons_None()
    {
        _folder.Rows("{\"q\": null, \"gold\": 0}");
        var task = _folder.Load(Base.Replace("\"{{gold}}\"", "b", StringComparison.Ordinal));
        var data = task.Read(_folder.Path, null);
        var item = task.Prepare(data, data.Documents[0]);
        Assert.Equal(1, item.Gold);
        Assert.Equal("None", item.Continuations[0].Context);
    }

    [Fact]
    public void Characters_and_bytes_normalize_differently()
    {
        // acc_norm: −6/2 against −5/3 characters; acc_bytes: −6/6 against −5/3 bytes.
        _folder.Rows("{\"q\": \"x\", \"gold\": 0}");
        var task = _folder.Load(Base.Replace("[\"a\", \"b\"]", "[\"東京\", \"abc\"]", StringComparison.Ordinal) + "metric_list: [{metric: acc_norm}, {metric: acc_bytes}]\n");
        var data = task.Read(_folder.Path, null);
        var score = task.Score(task.Prepare(data, data.Documents[0]), [new Response(-6, false), new Response(-5, false)]);
        Assert.Equal((0.0, 1.0), (score["acc_norm"], score["acc_bytes"]));
    }

    [Fact]
    public void The_first_of_equal_choices_wins()
    {
        _folder.Rows("{\"q\": \"x\", \"gold\": 0}", "{\"q\": \"x\", \"gold\": 1}", "{\"q\": \"x\", \"gold\": 7}");
        var task = _folder.Load(Base);
        var data = task.Read(_folder.Path, null);
        var scores = data.Documents.Select(document => task.Score(task.Prepare(data, document), [new Response(-1, true), new Response(-1, false)])["acc"]);
        Assert.Equal([1, 0, 0], scores);
    }
}
