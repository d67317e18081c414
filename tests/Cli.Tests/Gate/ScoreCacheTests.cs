using System.Collections.Concurrent;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Keys;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Gate;

/// <summary>A cache that several gates share.</summary>
public sealed class ScoreCacheTests(FinishedDemo demo) : IDisposable
{
    private static readonly Digest Question = Digest.Of("a question"u8);

    private readonly TempFolder _temp = new();
    private readonly ConcurrentBag<string> _said = [];

    private EvaluationReport Report { get; } = Record.ReadFile<EvaluationReport>(Path.Combine(demo.DossierOf("routing-good"), "evaluations", "base", "facts.json"));

    [Fact]
    public void Writers_of_the_same_answer_race_and_readers_never_see_a_half_one()
    {
        using var key = SigningKey.Read(demo.Key);
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 12 }, i =>
        {
            var cache = new ScoreCache(_temp.Path, key, _said.Add);
            cache.Put(Question, new(Report, RunOf(i)));
            if (cache.TryGet(Question) is { } seen)
                Assert.Equal(Report.ComputeDigest(), seen.Record.ComputeDigest());
        });
        Assert.Empty(_said);
        Assert.Equal(Report.ComputeDigest(), new ScoreCache(_temp.Path, key, _said.Add).TryGet(Question)!.Record.ComputeDigest());
        Assert.Empty(Files.HalfWritten(_temp.Path));
    }

    [Fact]
    public void The_answer_that_was_first_stands_with_its_run()
    {
        using var key = SigningKey.Read(demo.Key);
        var cache = new ScoreCache(_temp.Path, key, _said.Add);
        cache.Put(Question, new(Report, RunOf(1)));
        cache.Put(Question, new(Report, RunOf(2)));
        Assert.Equal(RunOf(1), cache.TryGet(Question)!.Run);
    }

    [Fact]
    public void An_entry_that_is_a_link_or_cannot_be_locked_is_not_used()
    {
        Directory.CreateDirectory(_temp.PathTo("elsewhere"));
        Directory.CreateSymbolicLink(_temp.PathTo(Question.Hex), _temp.PathTo("elsewhere"));
        var linked = new ScoreCache(_temp.Path, null, _said.Add);
        linked.Put(Question, new(Report, RunOf(1)));
        Assert.Null(linked.TryGet(Question));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temp.PathTo("elsewhere")));
        Assert.Contains("is a link", Assert.Single(_said), StringComparison.Ordinal);
        Directory.CreateDirectory(_temp.PathTo("cache", Question.Hex, ".lock"));
        var locked = new ScoreCache(_temp.PathTo("cache"), null, _said.Add);
        locked.Put(Question, new(Report, RunOf(1)));
        Assert.Null(locked.TryGet(Question));
    }

    [Fact]
    public void An_answer_that_cannot_be_trusted_or_is_another_is_replaced()
    {
        using var key = SigningKey.Read(demo.Key);
        var cache = new ScoreCache(_temp.Path, key, _said.Add);
        new ScoreCache(_temp.Path, null, _said.Add).Put(Question, new(Report with { CoinFlips = [1, 2] }, RunOf(1)));
        Assert.Null(cache.TryGet(Question));
        cache.Put(Question, new(Report, RunOf(2)));
        Assert.Equal(RunOf(2), cache.TryGet(Question)!.Run);
        cache.Put(Question, new(Report with { CoinFlips = [3] }, RunOf(3)));
        Assert.Equal([3], cache.TryGet(Question)!.Record.CoinFlips);
    }

    [Fact]
    public void A_writer_that_died_with_the_lock_file_is_in_nobodys_way()
    {
        _temp.Write($"{Question.Hex}/.lock", []);
        _temp.Write($"{Question.Hex}/report.json.0123456789abcdef.partial", "half"u8);
        var cache = new ScoreCache(_temp.Path, null, _said.Add);
        cache.Put(Question, new(Report, RunOf(1)));
        Assert.NotNull(cache.TryGet(Question));
        Assert.Empty(Files.HalfWritten(_temp.Path));
    }

    [Fact]
    public void Gates_that_start_at_once_on_an_empty_cache_all_end_well_and_the_next_scores_nothing()
    {
        var gates = Enumerable.Range(0, 3).Select(i => Executable.Start(Arguments($"dossier-{i}"))).ToList();
        foreach (var gate in gates)
        {
            using (gate)
            {
                var result = gate.Wait();
                Assert.True(result.ExitCode == 0, result.Error);
                Assert.DoesNotContain("was not reused", result.Error, StringComparison.Ordinal);
            }
        }
        Assert.Empty(Files.HalfWritten(_temp.Path));
        var next = Executable.Must(Arguments("dossier-next"));
        Assert.DoesNotContain("was not reused", next.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Scoring", next.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();

    private static Run RunOf(int second) => new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(second), "test", "host", "os", 1);

    private string[] Arguments(string dossier) =>
    [
        "gate", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--policy", Executable.DemoPolicy, "--data", Executable.Samples,
        "--dossier", _temp.PathTo(dossier), "--cache", _temp.PathTo("scores"), "--key", demo.Key, "--device", "cpu",
    ];
}
