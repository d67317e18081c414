using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Evaluating;

public sealed class PromptLengthTests
{
    [Fact]
    public void Prompts_are_refused_at_the_row_where_they_become_too_long_and_a_shared_one_counts_once()
    {
        var length = new PromptLength(most: 250);
        var context = new string('x', 100);
        length.Count(Item(0, context));
        length.Count(Item(1, new string('y', 100)));
        var refusal = Assert.Throws<TaskException>(() => length.Count(Item(2, new string('z', 100))));
        Assert.Equal("rows.jsonl, line 3", refusal.Place);
        Assert.Contains("more than 250 characters", refusal.Fault, StringComparison.Ordinal);
    }

    private static TaskItem Item(int id, string context) => new(new TaskDocument(id, new DictValue([]), $"rows.jsonl, line {id + 1}", new HashSet<string>()))
    {
        Target = "a",
        Continuations = [new ContinuationRequest(context, "a"), new ContinuationRequest(context, "b")],
    };
}
