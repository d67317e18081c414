using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Journals;

namespace Loragate.Tuning.Trials;

/// <summary>
/// What a run with a key made, each by its place, its content and all that it depends on, and signed line by line as a gate's answers are: such a run goes on from nothing else, since its report is signed
/// and somebody who can write to the folder could have put it there.
/// </summary>
/// <remarks>
/// A gate's answers may be signed with the same key, and no line of one is believed among the others: a line is found by the SHA-256 of a name that begins with the SHA-256 of what the run depends on. Here that is canonical JSON
/// of words under the names of inputs, of which "base" and "build" are always some; a gate's is of engine, model and task, or of a server and its model, each an object. So no two of them are the same bytes.
/// </remarks>
internal sealed class TrialJournal : IDisposable
{
    private readonly AnswerJournal _journal;
    private readonly KeptAnswers _made;
    private readonly KeptAnswers _scored;

    /// <summary>Opens the journal of a folder of trials.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="inputs">What the run's results depend on.</param>
    /// <param name="seal">The run's key.</param>
    public TrialJournal(string folder, TrialInputs inputs, JournalSeal seal)
    {
        _journal = new AnswerJournal(new JournalFile(Path.Combine(folder, TrialFiles.Journal), seal));
        _made = new KeptAnswers(_journal, Digest.Of(RecordJson.Canonical(inputs.Names)));
        _scored = new KeptAnswers(_journal, Digest.Of(RecordJson.Canonical(inputs.NamesOfScores)));
    }

    /// <summary>Notes, on the disk, what is about to lie at a place: before it does, so that nothing lies there that was made and is not known.</summary>
    public void Keep(string place, Digest content) => Keep(_made, place, content);

    /// <summary>Notes an evaluation likewise. It names weights, task and rows itself, so a run of another plan on the same base and machine knows it too.</summary>
    public void KeepScored(string place, Digest content) => Keep(_scored, place, content);

    /// <summary>Whether a run of the same inputs and key made this for this place.</summary>
    public bool Knows(string place, Digest content) => _made.Find<bool>(Name(place, content));

    /// <summary>Whether a run of the same base, machine and key scored this for this place; what it answers has to be asked of the evaluation.</summary>
    public bool KnowsScored(string place, Digest content) => _scored.Find<bool>(Name(place, content));

    /// <inheritdoc/>
    public void Dispose() => _journal.Dispose();

    private void Keep(KeptAnswers kept, string place, Digest content)
    {
        if (kept.Find<bool>(Name(place, content)))
            return;
        kept.Add(Name(place, content), true);
        _journal.Flush();
    }

    private static string Name(string place, Digest content) => $"{place} {content.Hex}";
}
