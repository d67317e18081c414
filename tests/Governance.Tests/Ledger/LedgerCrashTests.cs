using System.Diagnostics;
using Loragate.Testing;

namespace Loragate.Governance.Ledger;

public sealed class LedgerCrashTests
{
    [Fact]
    public void An_append_killed_before_its_checkpoint_has_not_happened_and_hurts_nobody()
    {
        using var test = new TestLedger();
        test.Append(0, 1);
        var checkpoint = Path.Combine(test.Ledger.Path, "checkpoint");
        var before = File.ReadAllBytes(checkpoint);
        test.Append(Enumerable.Range(100, 12));
        File.WriteAllBytes(checkpoint, before);

        var interrupted = test.Verify();
        Assert.True(interrupted.IsValid, interrupted.Fault?.ToString());
        Assert.Equal(2, interrupted.Checkpoint!.Size);

        for (var i = 2; i < 20; i++)
            Assert.Equal(i, Assert.Single(test.Append(i).Indices));
        var result = test.Verify();
        Assert.True(result.IsValid, result.Fault?.ToString());
        Assert.Empty(result.Warnings);
    }

    /// <summary>Each file of an append in turn is the last that was written, whole or cut in the middle.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whatever_a_killed_append_left_the_next_one_succeeds(bool cut)
    {
        using var model = new TestLedger();
        model.Append(Enumerable.Range(0, 255));
        var old = model.Files();
        model.Append(Enumerable.Range(255, 5));
        var written = model.Files().Where(file => file.Key != "checkpoint" && !old.ContainsKey(file.Key)).ToList();
        Assert.NotEmpty(written);
        for (var count = 1; count <= written.Count; count++)
        {
            using var test = new TestLedger();
            test.Append(Enumerable.Range(0, 255));
            foreach (var (name, content) in written.Take(count))
                test.Temp.Write(Path.Combine("ledger", name), cut && name == written[count - 1].Key ? content[..(content.Length / 2)] : content);
            test.Temp.Write(Path.Combine("ledger", ".state", "new"), [1, 2, 3]);
            Assert.Equal(255, test.Append(500).Indices[0]);
            Assert.Equal(256, test.Append(Enumerable.Range(255, 5)).Indices[0]);
            var result = test.Verify();
            Assert.True(result.IsValid, result.Fault?.ToString());
            Assert.Empty(result.Warnings);
        }
    }

    [Fact]
    public async Task Writers_in_parallel_log_every_entry_once()
    {
        using var test = new TestLedger();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(
            () =>
            {
                for (var i = 0; i < 10; i++)
                {
                    var ledger = LedgerFolder.Open(test.Ledger.Path);
                    ledger.Append([TestLedger.Entry(i), TestLedger.Entry(1000 * (writer + 1) + i)], test.Key, TestLedger.Patience, TestContext.Current.CancellationToken);
                }
            },
            TestContext.Current.CancellationToken)));
        var result = test.Verify();
        Assert.True(result.IsValid, result.Fault?.ToString());
        Assert.Equal(10 + 4 * 10, result.Checkpoint!.Size);
    }

    [Fact]
    public void A_writer_that_hangs_makes_the_others_give_up_in_time()
    {
        using var test = new TestLedger();
        test.Append(0);
        using (new FileStream(Path.Combine(test.Ledger.Path, ".state", "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            var e = Assert.Throws<TimeoutException>(() => test.Ledger.Append([TestLedger.Entry(1)], test.Key, TimeSpan.FromMilliseconds(60), TestContext.Current.CancellationToken));
            Assert.Contains("another writer", e.Message, StringComparison.Ordinal);
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(60));
            Assert.Throws<OperationCanceledException>(() => test.Ledger.Append([TestLedger.Entry(1)], test.Key, TestLedger.Patience, stop.Token));
        }
        Assert.Equal(1, test.Append(1).Added);
    }

    [Fact]
    public async Task A_writer_in_another_process_is_waited_for()
    {
        Assert.SkipUnless(Shell.Has("flock"), "flock is not installed.");
        using var test = new TestLedger();
        test.Append(0);
        var ready = test.Temp.PathTo("ready");
        using var other = Process.Start("flock", [Path.Combine(test.Ledger.Path, ".state", "lock"), "sh", "-c", $"touch '{ready}'; sleep 1"]);
        while (!File.Exists(ready))
            await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.Throws<TimeoutException>(() => test.Ledger.Append([TestLedger.Entry(1)], test.Key, TimeSpan.FromMilliseconds(60), TestContext.Current.CancellationToken));
        Assert.Equal(1, Assert.Single(test.Append(1).Indices));
        Assert.True(test.Verify().IsValid);
    }

    [Fact]
    public void A_start_that_was_killed_can_be_repeated()
    {
        using var test = new TestLedger();
        Directory.CreateDirectory(test.Temp.PathTo("killed", ".state"));
        var ledger = LedgerFolder.Init(test.Temp.PathTo("killed"), TestLedger.Origin, test.Key);
        Assert.True(ledger.Verify(test.Log, [], TestContext.Current.CancellationToken).IsValid);
    }
}
