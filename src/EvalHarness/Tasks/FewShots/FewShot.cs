using Loragate.EvalHarness.Tasks.Functions;
using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks.FewShots;

/// <summary>
/// Which examples stand before each document. The harness advances one generator document by document; with several processes each
/// would draw other examples. Here document i always gets the i-th draw, which is what one process gives: examples depend on seed, task and row,
/// on nothing else.
/// </summary>
internal sealed class FewShot
{
    private const int MaxCount = 256;

    private FewShot(TaskKeys keys, string evaluated)
    {
        Count = keys.Number("num_fewshot", 0);
        if (Count is < 0 or > MaxCount)
            throw keys.Fault("num_fewshot", $"{Count} examples, outside of 0 to {MaxCount}");
        var (named, training, test, validation) = (keys.Text("fewshot_split"), keys.Text("training_split"), keys.Text("test_split"), keys.Text("validation_split"));
        Overrides = keys.Map("fewshot_config");
        var configured = Overrides?.Text("split");
        if (named is not null && configured is not null && named != configured)
            throw keys.Fault("fewshot_config", $"its split '{configured}' is not the fewshot_split '{named}'");
        named ??= configured;
        Sampler = (Overrides?.Text("sampler") ?? "default") switch
        {
            "default" => FewShotSampler.Default,
            "first_n" => FewShotSampler.FirstN,
            var other => throw keys.Fault("fewshot_config", $"the sampler '{other}' is not supported ('default' and 'first_n' are)"),
        };
        Samples = Overrides?.Rows("samples");
        Reshape = Overrides?.Node("process_docs") is { } node ? TaskFunctions.Documents(node, "process_docs") : null;
        if (named is not null && Samples is not null)
            throw keys.Fault("fewshot_config", "both a split and samples: the harness takes one of them without a word");
        if (Count == 0)
            return;
        Split = Samples is null ? named ?? training ?? validation ?? test : null;

        // As in the harness: the document is taken out of its own examples where both keys say the same, also where both say nothing.
        LeavesOut = Sampler == FewShotSampler.Default && named == test;
        if (Split == evaluated && !LeavesOut)
            throw keys.Fault("num_fewshot", $"the examples come from '{Split}', which is evaluated itself, and the document would be among them");
    }

    /// <summary>How many examples.</summary>
    public int Count { get; }

    /// <summary>How they are picked.</summary>
    public FewShotSampler Sampler { get; }

    /// <summary>The split that they come from; null where there are none, or where the task file holds them.</summary>
    public string? Split { get; }

    /// <summary>The examples that the task file itself holds; null where they come from a split.</summary>
    public IReadOnlyList<DictValue>? Samples { get; }

    /// <summary>The function that reshapes the examples' rows; null where it is the task's.</summary>
    public Func<DictValue, DictValue>? Reshape { get; }

    /// <summary>Whether a document is left out of its own examples.</summary>
    public bool LeavesOut { get; }

    /// <summary>The keys of <c>fewshot_config</c>, which change the examples' form.</summary>
    public TaskKeys? Overrides { get; }

    /// <summary>Reads <c>num_fewshot</c>, <c>fewshot_split</c> and <c>fewshot_config</c>.</summary>
    public static FewShot Parse(TaskKeys keys, string evaluated) => new(keys, evaluated);

    /// <summary>Gives the documents their examples.</summary>
    /// <param name="documents">The first documents of the split, in row order.</param>
    /// <param name="pool">All rows that examples come from.</param>
    /// <param name="seed">The seed; the harness's own is 1234.</param>
    /// <param name="place">The task file, for messages.</param>
    /// <exception cref="TaskException">The pool is too small.</exception>
    public IReadOnlyList<TaskDocument> Give(IReadOnlyList<TaskDocument> documents, IReadOnlyList<TaskDocument> pool, int seed, string place)
    {
        if (Count == 0)
            return documents;
        var drawn = LeavesOut ? Count + 1 : Count;
        if (pool.Count < drawn)
            throw new TaskException(place, $"{Count} examples are asked for, the {(Split is null ? "task file" : $"split '{Split}'")} has {pool.Count} rows");
        if (Sampler == FewShotSampler.FirstN)
        {
            IReadOnlyList<TaskDocument> first = [.. pool.Take(Count)];
            return [.. documents.Select(document => document with { Examples = first })];
        }
        var random = new PythonRandom(seed);
        return [.. documents.Select(document => document with { Examples = Draw(random, document, pool, drawn) })];
    }

    private TaskDocument[] Draw(PythonRandom random, TaskDocument document, IReadOnlyList<TaskDocument> pool, int drawn)
    {
        var examples = random.Sample(pool.Count, drawn).Select(index => pool[index]);
        if (!LeavesOut)
            return [.. examples];
        TaskDocument[] others = [.. examples.Where(example => !example.Row.IsEqualTo(document.Row)).Take(Count)];
        return others.Length == Count ? others : throw new TaskException(document.Place, "the row comes more than once among its own examples");
    }
}
