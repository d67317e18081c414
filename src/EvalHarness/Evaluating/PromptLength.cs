using Loragate.EvalHarness.Tasks;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>Bounds the memory of a task's prompts, which all stand at once: with many examples a small file makes gigabytes of them.</summary>
/// <param name="most">The most UTF-16 units of all prompts together; a prompt that several choices share counts once.</param>
internal sealed class PromptLength(long most)
{
    private long _length;

    /// <summary>Counts an item's prompts.</summary>
    /// <exception cref="TaskException">They are too long together.</exception>
    public TaskItem Count(TaskItem item)
    {
        _length += (item.Rolling?.Length ?? 0) + (item.Generation?.Context.Length ?? 0)
            + item.Continuations.Select(static request => request.Context).Distinct(ReferenceEqualityComparer.Instance).Sum(static context => (long)((string)context!).Length)
            + item.Continuations.Sum(static request => (long)request.Continuation.Length);
        return _length <= most
            ? item
            : throw new TaskException(item.Document.Place, $"up to this row the task's prompts have more than {most} characters", "Give fewer examples (num_fewshot), or score the rows in parts (--limit, or smaller data files).");
    }
}
