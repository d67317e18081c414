using Loragate.Artifacts;

namespace Loragate.Governance.Ledger.Git;

public sealed class LedgerCloneTests : IDisposable
{
    private readonly ClonedLedger _test = new();

    [Fact]
    public void What_is_appended_is_pushed_and_whoever_clones_reads_it()
    {
        Assert.Equal([0L, 1L], _test.Append(_test.Clone("a"), 10, 11).Indices);
        Assert.Equal([2L], _test.Append(_test.Clone("b", "--depth", "1"), 12).Indices);
        Assert.Equal(3, _test.Published().Count);
    }

    /// <summary>A hundred each with LORAGATE_LONG=1.</summary>
    [Fact]
    public async Task Two_clones_race_and_nothing_is_lost_and_nothing_doubled()
    {
        var each = Environment.GetEnvironmentVariable("LORAGATE_LONG") == "1" ? 100 : 25;
        LedgerFolder[] clones = [_test.Clone("a"), _test.Clone("b")];
        await Task.WhenAll(clones.Select((clone, writer) => Task.Run(
            () =>
            {
                // Entry 0 is the same for both: the second finds it logged.
                foreach (var number in Enumerable.Range(0, each))
                    _ = _test.Append(clone, number == 0 ? 0 : 1000 * (writer + 1) + number);
            },
            TestContext.Current.CancellationToken)));
        var numbers = _test.Published().Select(entry => LedgerEntry.Parse(entry, "entry").Data.GetProperty("number").GetInt32()).ToList();
        Assert.Equal(2 * each - 1, numbers.Count);
        Assert.Equal(numbers.Count, numbers.Distinct().Count());

        // Every checkpoint that was ever pushed is one with which the ledger begins, each longer than the one before.
        var checkpoints = _test.PublishedCheckpoints();
        Assert.Equal(numbers.Count, checkpoints.Count - 1);
        Assert.Equal(checkpoints.Select(checkpoint => checkpoint.Size).Distinct().Order(), checkpoints.Select(checkpoint => checkpoint.Size));
        Assert.True(_test.Clone("consistent").Verify(_test.Log, checkpoints, TestContext.Current.CancellationToken) is { IsValid: true, Fault: null });
    }

    [Fact]
    public void Who_lost_the_race_logs_again_on_what_the_other_pushed()
    {
        var (slow, fast) = (_test.Clone("slow"), _test.Clone("fast"));
        var attempts = 0;
        var appended = _test.Writer(slow).Append(
            history =>
            {
                // The other one pushes after this clone has fetched.
                if (++attempts == 1)
                    _ = _test.Append(fast, 1);
                return [TestLedger.Entry(2) with { Data = System.Text.Json.JsonSerializer.SerializeToElement(new { before = history.Events.Count }) }];
            },
            TestContext.Current.CancellationToken);
        Assert.Equal(2, attempts);
        Assert.Equal([1L], appended.Indices);
        Assert.Equal(1, LedgerEntry.Parse(_test.Published()[1], "entry").Data.GetProperty("before").GetInt32());
    }

    [Fact]
    public void A_repeated_append_pushes_nothing()
    {
        var clone = _test.Clone("a");
        _ = _test.Append(clone, 1);
        var commit = ClonedLedger.Git(_test.Bare, "rev-parse", "main").Output;
        Assert.Equal((0, 0L), (_test.Append(_test.Clone("b"), 1).Added, _test.Append(clone, 1).Indices[0]));
        Assert.Equal(commit, ClonedLedger.Git(_test.Bare, "rev-parse", "main").Output);
    }

    [Fact]
    public void An_append_that_was_killed_before_its_push_is_discarded_and_made_again()
    {
        var clone = _test.Clone("a");
        _ = clone.Append([TestLedger.Entry(7)], _test.Key, TestLedger.Patience, TestContext.Current.CancellationToken);
        ClonedLedger.Commit(_test.Temp.PathTo("a"), "Killed here");
        _ = _test.Append(_test.Clone("b"), 8);
        Assert.Equal([1L], _test.Append(clone, 7).Indices);
        Assert.Equal(2, _test.Published().Count);
    }

    [Fact]
    public void A_push_that_is_refused_for_good_leaves_the_clone_as_it_was()
    {
        var hook = Path.Combine(_test.Bare, "hooks", "pre-receive");
        File.WriteAllText(hook, "#!/bin/sh\necho this branch is protected >&2\nexit 1\n");
        File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var clone = _test.Clone("a");
        var exception = Assert.Throws<LedgerException>(() => _test.Append(clone, 1));
        Assert.Contains("this branch is protected", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, clone.ReadCheckpoint(_test.Log).Size);
        Assert.Empty(_test.Published());
    }

    [Fact]
    public void A_remote_that_was_rolled_back_or_rewritten_is_refused_again_and_again()
    {
        var clone = _test.Clone("a");
        _ = _test.Append(clone, 1);
        var early = ClonedLedger.Git(_test.Bare, "rev-parse", "main").Output.Trim();
        _ = _test.Append(clone, 2);
        ClonedLedger.Git(_test.Bare, "update-ref", "refs/heads/main", early);
        for (var again = 0; again < 2; again++)
            Assert.Contains("rolled back", Assert.Throws<IntegrityException>(() => _test.Append(clone, 3)).Message, StringComparison.Ordinal);
        _ = _test.Append(_test.Clone("b"), 4, 5);
        for (var again = 0; again < 2; again++)
            Assert.Contains("rewritten", Assert.Throws<IntegrityException>(() => _test.Append(clone, 3)).Message, StringComparison.Ordinal);
        Assert.Equal(2, clone.ReadCheckpoint(_test.Log).Size);
    }

    [Fact]
    public void Work_on_other_files_is_never_discarded()
    {
        var clone = _test.Clone("a");
        File.WriteAllText(_test.Temp.PathTo("a", "README"), "Changed.\n");
        Assert.Contains("README", Assert.Throws<LedgerException>(() => _test.Append(clone, 1)).Message, StringComparison.Ordinal);
        ClonedLedger.Commit(_test.Temp.PathTo("a"), "Of my own");
        Assert.Contains("README", Assert.Throws<LedgerException>(() => _test.Append(clone, 1)).Message, StringComparison.Ordinal);
        Assert.Equal("Changed.\n", File.ReadAllText(_test.Temp.PathTo("a", "README")));
        ClonedLedger.Git(_test.Temp.PathTo("a"), "push", "--quiet");
        Assert.Equal(1, _test.Append(clone, 1).Added);
    }

    [Fact]
    public void A_ledger_that_fills_its_repository_is_no_stranger_to_itself()
    {
        using var alone = new TestLedger();
        ClonedLedger.Git(alone.Temp.Path, "init", "--quiet", "--bare", "--initial-branch=main", "bare.git");
        ClonedLedger.Git(alone.Ledger.Path, "init", "--quiet", "--initial-branch=main");
        ClonedLedger.Git(alone.Ledger.Path, "add", "checkpoint");
        ClonedLedger.Git(alone.Ledger.Path, "commit", "--quiet", "-m", "Start");
        ClonedLedger.Git(alone.Ledger.Path, "remote", "add", "origin", alone.Temp.PathTo("bare.git"));
        ClonedLedger.Git(alone.Ledger.Path, "push", "--quiet", "-u", "origin", "main");
        var clone = LedgerClone.Open(alone.Ledger, TestContext.Current.CancellationToken);
        _ = clone.Append(_ => [TestLedger.Entry(1)], alone.Key, TestLedger.Patience, TestContext.Current.CancellationToken);
        var result = alone.Verify();
        Assert.True(result.IsValid, result.Fault?.ToString());
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void A_folder_in_no_clone_and_a_branch_that_follows_nothing_are_refused_with_advice()
    {
        using var alone = new TestLedger();
        Assert.Contains("clone of a git repository", Assert.Throws<LedgerException>(() => LedgerClone.Open(alone.Ledger, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        var clone = _test.Clone("a");
        ClonedLedger.Git(_test.Temp.PathTo("a"), "checkout", "--quiet", "--detach");
        Assert.Contains("--set-upstream-to", Assert.Throws<LedgerException>(() => LedgerClone.Open(clone, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _test.Dispose();
}
