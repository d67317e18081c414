using System.Text;
using Loragate.Artifacts;

namespace Loragate.EvalHarness.Journals;

/// <summary>The answers of one run in a journal, which may hold those of others as well.</summary>
/// <param name="journal">The journal; it stays the caller's.</param>
/// <param name="run">A digest of everything that all answers depend on.</param>
internal sealed class KeptAnswers(AnswerJournal journal, Digest run)
{
    /// <summary>What was kept under a name; nothing where there is none.</summary>
    public T? Find<T>(string name) => journal.Find<T>(Key(name));

    /// <summary>Keeps an answer.</summary>
    public void Add<T>(string name, T answer) => journal.Add(Key(name), answer);

    private string Key(string name) => Digest.Of(Encoding.UTF8.GetBytes($"{run.Hex} {name}")).Hex;
}
