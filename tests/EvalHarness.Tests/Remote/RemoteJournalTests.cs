using Loragate.EvalHarness.Journals;

namespace Loragate.EvalHarness.Remote;

/// <summary>The answers of a server that are kept until a run is whole: they are found again, and what was planted among them is not believed.</summary>
public sealed class RemoteJournalTests : IDisposable
{
    private readonly ServedSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void A_run_that_broke_off_asks_only_for_the_rest()
    {
        var (journal, question) = (_sample.Temp.PathTo("answers.jsonl"), ServedSample.Question("sample_routing", 12));
        var whole = _sample.Attached.Ask(_sample.Prove(_sample.Attached), question, null, null, ServedSample.Cancellation);
        var remote = _sample.Prove(_sample.Attached);
        var before = _sample.StandIn.Completions;
        _sample.StandIn.FailsAfter = before + 20;
        Assert.Throws<RemoteException>(() => _sample.Attached.Ask(remote, question, new JournalFile(journal), null, ServedSample.Cancellation));
        File.AppendAllText(journal, "{\"key\":\"cut o");
        _sample.StandIn.FailsAfter = null;
        before = _sample.StandIn.Completions;
        var rest = _sample.Attached.Ask(remote, question, new JournalFile(journal), null, ServedSample.Cancellation);
        var asked = question.Data.Documents.Count * rest.Items[0].LogLikelihoods.Count;
        Assert.InRange(_sample.StandIn.Completions - before, 1, asked - 20);
        Assert.Equal(whole.ComputeDigest(), rest.ComputeDigest());
    }

    [Fact]
    public void Answers_are_found_again_though_the_server_is_a_little_further_from_the_probe()
    {
        var (journal, question) = (new JournalFile(_sample.Temp.PathTo("answers.jsonl")), ServedSample.Question("sample_facts", 4));
        var first = _sample.Attached.Ask(_sample.Prove(_sample.Attached), question, journal, null, ServedSample.Cancellation);
        _sample.StandIn.Offset = -1e-4;
        var again = _sample.Prove(_sample.Attached);
        Assert.NotEqual(first.Remote!.ProbeDistance, again.Description.ProbeDistance);
        var before = _sample.StandIn.Completions;
        Assert.Equal(first.Items.Select(item => item.LogLikelihoods), _sample.Attached.Ask(again, question, journal, null, ServedSample.Cancellation).Items.Select(item => item.LogLikelihoods));
        Assert.Equal(before, _sample.StandIn.Completions);
    }

    [Fact]
    public void Kept_answers_of_a_server_that_was_further_from_the_probe_keep_their_noise()
    {
        var (journal, question) = (new JournalFile(_sample.Temp.PathTo("answers.jsonl")), ServedSample.Question("sample_facts", 4));
        _sample.StandIn.Offset = -0.05;
        var first = _sample.Attached.Ask(_sample.Prove(_sample.Attached), question, journal, null, ServedSample.Cancellation);
        _sample.StandIn.Offset = 0;
        var again = _sample.Prove(_sample.Attached);
        Assert.True(again.Description.ProbeDistance < first.Remote!.ProbeDistance);
        Assert.Equal(first.ComputeDigest(), _sample.Attached.Ask(again, question, journal, null, ServedSample.Cancellation).ComputeDigest());
    }

    [Theory]
    [InlineData("{\"key\"", "{\"kez\"")]
    [InlineData("\"isGreedy\":false", "\"isGreedy\":true")]
    [InlineData(",\"signature\":\"", ",\"signature\":\"AAAA")]
    [InlineData(",\"signature\":", ",\"unsigned\":")]
    public void Of_a_sealed_journal_the_answer_that_was_planted_is_asked_for_again_and_no_other(string own, string planted)
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var hash = System.Security.Cryptography.HashAlgorithmName.SHA256;
        var journal = new JournalFile(_sample.Temp.PathTo("answers.jsonl"), new JournalSeal(bytes => key.SignData(bytes, hash), (bytes, signature) => key.VerifyData(bytes, signature, hash)));
        var question = ServedSample.Question("sample_facts", 4);
        var remote = _sample.Prove(_sample.Attached);
        var whole = _sample.Attached.Ask(remote, question, journal, null, ServedSample.Cancellation);
        var before = _sample.StandIn.Completions;
        Assert.Equal(whole.ComputeDigest(), _sample.Attached.Ask(remote, question, journal, null, ServedSample.Cancellation).ComputeDigest());
        Assert.Equal(before, _sample.StandIn.Completions);
        var lines = File.ReadAllLines(journal.Path);
        var at = Array.FindIndex(lines, line => line.Contains(own, StringComparison.Ordinal));
        lines[at] = lines[at].Replace(own, planted, StringComparison.Ordinal);
        File.WriteAllLines(journal.Path, lines);
        Assert.Equal(whole.ComputeDigest(), _sample.Attached.Ask(remote, question, journal, null, ServedSample.Cancellation).ComputeDigest());
        Assert.Equal(1, _sample.StandIn.Completions - before);
    }
}
