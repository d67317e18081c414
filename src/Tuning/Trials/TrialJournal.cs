using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Journals;

namespace Loragate.Tuning.Trials;

/// <summary>
/// What a run with a key made, each by its place, its content and all that the run's results depend on, and signed line by line as a gate's answers are: such a run goes on from nothing else, since its report is signed
/// and somebody who can write to the folder could have put it there.
/// </summary>
internal sealed class TrialJournal : IDisposable
{
    private readonly AnswerJournal _journal;
    private readonly KeptAnswers _made;

    /// <summary>Opens the journal of a folder of trials.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="inputs">What the run's results depend on.</param>
    /// <param name="seal">The run's key.</param>
    public TrialJournal(string folder, TrialInputs inputs, JournalSeal seal)
    {
        _journal = new AnswerJournal(new JournalFile(Path.Combine(folder, TrialFiles.Journal), seal));
        _made = new KeptAnswers(_journal, Digest.Of(RecordJson.Canonical(inputs.Names)));
    }

    /// <summary>Notes, on the disk, what is about to lie at a place: before it does, so that nothing lies there that was made and is not known.</summary>
    public void Keep(string place, Digest content)
    {
        if (Knows(place, content))
            return;
        _made.Add(Name(place, content), true);
        _journal.Flush();
    }

    /// <summary>Whether a run of the same inputs and key made this for this place.</summary>
    public bool Knows(string place, Digest content) => _made.Find<bool>(Name(place, content));

    /// <inheritdoc/>
    public void Dispose() => _journal.Dispose();

    private static string Name(string place, Digest content) => $"{place} {content.Hex}";
}
