using Loragate.Artifacts;
using Loragate.Artifacts.Records;

namespace Loragate.EvalHarness.Tasks;

/// <summary>
/// Rows that ask just what an earlier row asks. A model answers them alike, so they say nothing new: ten rows written twenty times are
/// ten items, however many lines the file has.
/// </summary>
public static class RepeatedItems
{
    /// <summary>The ids of the rows that repeat an earlier one: same requests, same right answers, same carried columns.</summary>
    /// <exception cref="TaskException">A row is not what the task needs, or lacks a carried column.</exception>
    public static IReadOnlyList<int> Find(EvaluationTask task, TaskData data, IReadOnlyList<string> fields)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(fields);
        var seen = new HashSet<Digest>();

        // Examples are drawn for each row anew, so that two equal rows have two prompts: without them they show to be the same question.
        var items = data.Documents.Select(document => task.Prepare(data, document with { Examples = [] }));
        return [.. items.Where(item => !seen.Add(Content(item, fields))).Select(item => item.Document.Id)];
    }

    private static Digest Content(TaskItem item, IReadOnlyList<string> fields) => Digest.Of(RecordJson.Canonical(new
    {
        item.Continuations,
        item.Rolling,
        item.Generation,
        item.Golds,
        item.References,
        Fields = fields.Select(item.Document.Field),
    }));
}
