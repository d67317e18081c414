using Loragate.Artifacts.Records.Training;

namespace Loragate.Tuning.Data;

/// <summary>All rows of one purpose, in tokens, checked against each other.</summary>
/// <param name="Files">The files by content.</param>
/// <param name="Rows">The rows as they were written, in order.</param>
/// <param name="Examples">The rows in tokens, in the same order.</param>
internal sealed record TrainingSet(IReadOnlyList<TrainingData> Files, IReadOnlyList<TrainingRow> Rows, IReadOnlyList<Example> Examples)
{
    /// <summary>Reads files.</summary>
    /// <param name="paths">The files, at least one.</param>
    /// <param name="encoder">The model's encoder.</param>
    /// <param name="maxLength">The most tokens that a row may have.</param>
    /// <param name="allowRepeats">Whether a prompt may come again, with the same answer or another.</param>
    /// <exception cref="TuningException">A file has no rows, or a row is malformed, too long or a repetition; file and line are named.</exception>
    public static TrainingSet Read(IReadOnlyList<string> paths, ExampleEncoder encoder, int maxLength, bool allowRepeats)
    {
        var files = paths.Select(TrainingFile.Read).ToList();
        var rows = files.SelectMany(f => f.Rows).ToList();
        if (!allowRepeats)
            RefuseRepeats(rows);
        return new TrainingSet([.. files.Select(f => new TrainingData(f.Name, f.Digest, f.Rows.Count))], rows, [.. rows.Select(row => Encode(row, encoder, maxLength))]);
    }

    /// <summary>Refuses rows that another set has too: of what was learnt from, a loss says nothing about new rows.</summary>
    /// <param name="training">The rows that are learnt from.</param>
    /// <param name="allowRepeats">Whether a prompt may come again with another answer; the same row never may.</param>
    /// <exception cref="TuningException">There is one; file and line of both are named.</exception>
    public void RefuseRowsOf(TrainingSet training, bool allowRepeats)
    {
        string KeyOf(TrainingRow row) => allowRepeats ? Whole(row) : Question(row);

        var learnt = training.Rows.DistinctBy(KeyOf, StringComparer.Ordinal).ToDictionary(KeyOf, StringComparer.Ordinal);
        foreach (var row in Rows)
        {
            if (learnt.TryGetValue(KeyOf(row), out var same))
                throw new TuningException(row.Place, $"the training data have {(same.Answer == row.Answer ? "this row" : "this prompt")} too, {same.Place}, so its loss says nothing about new rows", "Take it out of one of the two.");
        }
    }

    private static string Whole(TrainingRow row) => $"{row.Context}\u0003{row.Answer}";

    /// <summary>What a row asks. An empty prompt is no question, so many texts may follow it.</summary>
    private static string Question(TrainingRow row) => row.IsChat || row.Turns[0].Text.Length > 0 ? row.Context : Whole(row);

    private static Example Encode(TrainingRow row, ExampleEncoder encoder, int maxLength)
    {
        var example = encoder.Encode(row);
        return example.Tokens.Count - 1 <= maxLength
            ? example
            : throw new TuningException(row.Place, $"{example.Tokens.Count} tokens, where a row may have {maxLength + 1}", "Shorten the row, or allow longer ones if the model's context does.");
    }

    private static void RefuseRepeats(IReadOnlyList<TrainingRow> rows)
    {
        var seen = new Dictionary<string, TrainingRow>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (seen.TryAdd(Question(row), row))
                continue;
            var first = seen[Question(row)];
            throw first.Answer == row.Answer
                ? new TuningException(row.Place, $"the same row as {first.Place}", "Remove one of the two, or allow repeats if both are meant.")
                : new TuningException(row.Place, $"the same prompt as {first.Place} with another answer: one of the two is mislabelled", "Correct one of the two, or allow repeats if both are meant.");
        }
    }
}
