using Loragate.Artifacts.Records.Training;

namespace Loragate.Tuning.Data;

/// <summary>All rows of one purpose, in tokens, checked against each other.</summary>
/// <param name="Files">The files by content.</param>
/// <param name="Examples">The rows in order.</param>
internal sealed record TrainingSet(IReadOnlyList<TrainingData> Files, IReadOnlyList<Example> Examples)
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
        return new TrainingSet([.. files.Select(f => new TrainingData(f.Name, f.Digest, f.Rows.Count))], [.. rows.Select(row => Encode(row, encoder, maxLength))]);
    }

    private static Example Encode(TrainingRow row, ExampleEncoder encoder, int maxLength)
    {
        var example = encoder.Encode(row);
        return example.Tokens.Count - 1 <= maxLength
            ? example
            : throw new TuningException(row.Place, $"{example.Tokens.Count} tokens, where a row may have {maxLength + 1}", "Shorten the row, or allow longer ones if the model's context does.");
    }

    /// <summary>An empty prompt is no question, so many texts may follow it.</summary>
    private static void RefuseRepeats(IReadOnlyList<TrainingRow> rows)
    {
        var seen = new Dictionary<string, TrainingRow>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var key = row.IsChat || row.Turns[0].Text.Length > 0 ? row.Context : row.Context + row.Answer;
            if (seen.TryAdd(key, row))
                continue;
            var first = seen[key];
            throw first.Answer == row.Answer
                ? new TuningException(row.Place, $"the same row as {first.Place}", "Remove one of the two, or allow repeats if both are meant.")
                : new TuningException(row.Place, $"the same prompt as {first.Place} with another answer: one of the two is mislabelled", "Correct one of the two, or allow repeats if both are meant.");
        }
    }
}
