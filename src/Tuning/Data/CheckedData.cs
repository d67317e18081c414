using Loragate.Artifacts;

namespace Loragate.Tuning.Data;

/// <summary>Training and validation data that something can be learnt from, read and made into tokens once.</summary>
/// <param name="Training">The rows to learn from, at least two.</param>
/// <param name="Validation">The rows to watch; null for none.</param>
/// <param name="Tokenizer">The tokenizer by content.</param>
/// <param name="ChatTemplate">SHA-256 of the chat template's text; null where no row went through it.</param>
internal sealed record CheckedData(TrainingSet Training, TrainingSet? Validation, Digest Tokenizer, Digest? ChatTemplate)
{
    /// <summary>Reads files and holds their rows against each other.</summary>
    /// <param name="training">The files to learn from.</param>
    /// <param name="validation">The files to watch; empty for none.</param>
    /// <param name="folder">The model's folder, with tokenizer and chat template.</param>
    /// <param name="allowRepeats">Whether a prompt may come again, with the same answer or another.</param>
    /// <exception cref="TuningException">The data are unsuitable; file and line are named.</exception>
    /// <exception cref="MalformedInputException">Tokenizer or chat template are malformed.</exception>
    public static CheckedData Read(IReadOnlyList<string> training, IReadOnlyList<string> validation, string folder, bool allowRepeats)
    {
        var encoder = new ExampleEncoder(folder);
        var learnt = TrainingSet.Read(training, encoder);
        if (learnt.Examples.Count < 2)
            throw new TuningException(training[0], "one row, from which nothing general can be learnt", "Give at least two rows; a few hundred are usual.");
        var watched = validation.Count == 0 ? null : TrainingSet.Read(validation, encoder);
        if (!allowRepeats)
        {
            learnt.RefuseRepeats();
            watched?.RefuseRepeats();
        }
        watched?.RefuseRowsOf(learnt, allowRepeats);
        return new CheckedData(learnt, watched, encoder.TokenizerDigest, encoder.TemplateDigest);
    }

    /// <summary>Refuses a row of more tokens than a row may have.</summary>
    /// <exception cref="TuningException">There is one; its file and line are named.</exception>
    public void RefuseLonger(int maxLength)
    {
        Training.RefuseLonger(maxLength);
        Validation?.RefuseLonger(maxLength);
    }
}
