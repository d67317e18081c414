namespace Loragate.Bench.Evaluate;

/// <summary>HellaSwag with five fixed examples: the first five rows behind those that are scored.</summary>
internal static class FiveShot
{
    private const int Examples = 5;

    /// <summary>Writes task and data into a folder and returns the task's path.</summary>
    /// <param name="task">HellaSwag's task file.</param>
    /// <param name="rows">HellaSwag's rows.</param>
    /// <param name="items">How many rows are scored.</param>
    /// <param name="folder">Where to write.</param>
    public static string Write(string task, string rows, int items, string folder)
    {
        var lines = File.ReadLines(rows).Take(items + Examples).ToList();
        File.WriteAllLines(Path.Combine(folder, "scored.jsonl"), lines[..^Examples]);
        File.WriteAllLines(Path.Combine(folder, "examples.jsonl"), lines[^Examples..]);
        var text = File.ReadAllText(task)
            .Replace("    validation: datasets/hellaswag/validation.jsonl\n", "    validation: scored.jsonl\n    train: examples.jsonl\n", StringComparison.Ordinal)
            .Replace("validation_split: validation\n", $"validation_split: validation\nfewshot_split: train\nnum_fewshot: {Examples}\nfewshot_config: {{sampler: first_n}}\n", StringComparison.Ordinal);
        var path = Path.Combine(folder, "hellaswag_5shot.yaml");
        File.WriteAllText(path, text);
        return path;
    }
}
