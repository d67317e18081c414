using Loragate.Artifacts;
using Loragate.Artifacts.Records.Training;

namespace Loragate.Tuning.Data;

/// <summary>All rows of one purpose, in tokens. Rows are held against each other by their tokens, since that is all that a model sees of them.</summary>
/// <param name="Files">The files by content.</param>
/// <param name="Rows">The rows as they were written, in order.</param>
/// <param name="Examples">The rows in tokens, in the same order.</param>
internal sealed record TrainingSet(IReadOnlyList<TrainingData> Files, IReadOnlyList<TrainingRow> Rows, IReadOnlyList<Example> Examples)
{
    /// <summary>Reads files.</summary>
    /// <param name="paths">The files, at least one.</param>
    /// <param name="encoder">The model's encoder.</param>
    /// <exception cref="TuningException">A file has no rows, or a row is malformed; file and line are named.</exception>
    public static TrainingSet Read(IReadOnlyList<string> paths, ExampleEncoder encoder)
    {
        var files = paths.Select(TrainingFile.Read).ToList();
        var rows = files.SelectMany(f => f.Rows).ToList();
        return new TrainingSet([.. files.Select(f => new TrainingData(f.Name, f.Digest, f.Rows.Count))], rows, [.. rows.Select(encoder.Encode)]);
    }

    /// <summary>Refuses a row that comes again, and a prompt that comes again with another answer.</summary>
    /// <exception cref="TuningException">There is one; file and line of both are named.</exception>
    public void RefuseRepeats()
    {
        var (wholes, questions) = (new Dictionary<Digest, TrainingRow>(), new Dictionary<Digest, TrainingRow>());
        foreach (var (row, example) in Rows.Zip(Examples))
        {
            if (!wholes.TryAdd(example.Whole, row))
                throw new TuningException(row.Place, $"the same row as {wholes[example.Whole].Place}", "Remove one of the two, or allow repeats if both are meant.");
            if (row.IsQuestion && !questions.TryAdd(example.Question, row))
                throw new TuningException(row.Place, $"the same prompt as {questions[example.Question].Place} with another answer: one of the two is mislabelled", "Correct one of the two, or allow repeats if both are meant.");
        }
    }

    /// <summary>Refuses rows that another set has too: of what was learnt from, a loss says nothing about new rows.</summary>
    /// <param name="training">The rows that are learnt from.</param>
    /// <param name="allowRepeats">Whether a prompt may come again with another answer; the same row never may.</param>
    /// <exception cref="TuningException">There is one; file and line of both are named.</exception>
    public void RefuseRowsOf(TrainingSet training, bool allowRepeats)
    {
        var wholes = training.PlacesBy(example => example.Whole, _ => true);
        var questions = training.PlacesBy(example => example.Question, row => row.IsQuestion && !allowRepeats);
        foreach (var (row, example) in Rows.Zip(Examples))
        {
            if (wholes.TryGetValue(example.Whole, out var same))
                throw Learnt(row, "this row", same);
            if (row.IsQuestion && questions.TryGetValue(example.Question, out var asked))
                throw Learnt(row, "this prompt", asked);
        }
    }

    /// <summary>Refuses a row of more tokens than it may have.</summary>
    /// <exception cref="TuningException">There is one; its file and line are named.</exception>
    public void RefuseLonger(int maxLength)
    {
        foreach (var (row, example) in Rows.Zip(Examples))
        {
            if (example.Tokens.Count > maxLength)
                throw new TuningException(row.Place, $"{example.Tokens.Count} tokens, where a row may have {maxLength}", "Shorten the row, or allow longer ones if the model's context does.");
        }
    }

    private static TuningException Learnt(TrainingRow row, string what, string place) =>
        new(row.Place, $"the training data have {what} too, {place}, so its loss says nothing about new rows", "Take it out of one of the two.");

    private Dictionary<Digest, string> PlacesBy(Func<Example, Digest> key, Func<TrainingRow, bool> counts) =>
        Rows.Zip(Examples).Where(each => counts(each.First)).DistinctBy(each => key(each.Second)).ToDictionary(each => key(each.Second), each => each.First.Place);
}
