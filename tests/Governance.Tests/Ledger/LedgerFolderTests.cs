using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Governance.Keys;
using Loragate.Testing;

namespace Loragate.Governance.Ledger;

public sealed class LedgerFolderTests
{
    [Fact]
    public void A_new_ledger_is_empty_and_valid()
    {
        using var test = new TestLedger();
        var result = test.Verify();
        Assert.True(result.IsValid, result.Fault?.ToString());
        Assert.Equal(new LedgerCheckpoint(TestLedger.Origin, 0, MerkleTree.EmptyRoot), result.Checkpoint);
    }

    [Fact]
    public void Appended_entries_are_read_back_and_proved()
    {
        using var test = new TestLedger();
        var appended = test.Append(Enumerable.Range(0, 300));
        Assert.Equal(Enumerable.Range(0, 300).Select(i => (long)i), appended.Indices);
        var entries = test.Ledger.ReadEntries(test.Log, TestContext.Current.CancellationToken);
        Assert.Equal(TestLedger.Entry(256).ToCanonicalJson(), entries[256].ToArray());
        Assert.Equal(TestLedger.Entry(256).ComputeDigest(), LedgerEntry.Parse(entries[256], "entry").ComputeDigest());
        var proof = TlogProof.Parse(test.Ledger.Prove(256, test.Log).ToBytes(), "proof");
        Assert.Equal(appended.Checkpoint, proof.Verify(entries[256].Span, test.Log, "proof"));
        Assert.Throws<IntegrityException>(() => proof.Verify(entries[255].Span, test.Log, "proof"));
        Assert.Throws<ArgumentOutOfRangeException>(() => test.Ledger.Prove(300, test.Log));
    }

    [Fact]
    public void One_at_a_time_or_all_at_once_gives_the_same_root()
    {
        using var slow = new TestLedger();
        using var fast = new TestLedger();
        foreach (var number in Enumerable.Range(0, 20))
            slow.Append(number);
        Assert.Equal(fast.Append(Enumerable.Range(0, 20)).Checkpoint.Root, slow.Verify().Checkpoint!.Root);
    }

    [Fact]
    public void What_was_logged_is_not_logged_again_whatever_the_time()
    {
        using var test = new TestLedger();
        test.Append(0, 1, 2);
        var again = test.Ledger.Append([TestLedger.Entry(1, day: 9), TestLedger.Entry(3), TestLedger.Entry(3, day: 5)], test.Key, TestLedger.Patience, TestContext.Current.CancellationToken);
        Assert.Equal([1, 3, 3], again.Indices);
        Assert.Equal(1, again.Added);
        var before = test.Files();
        Assert.Equal(0, test.Append(2, 0).Added);
        Assert.Equal(before, test.Files());
    }

    [Fact]
    public void Appending_changes_no_file_but_the_checkpoint()
    {
        using var test = new TestLedger();
        for (var i = 0; i < 5; i++)
        {
            var before = test.Files();
            test.Append(Enumerable.Range(i * 100, 100));
            var after = test.Files();
            Assert.All(before.Where(file => file.Key != "checkpoint"), file => Assert.Equal(file.Value, after[file.Key]));
            Assert.True(test.Verify().IsValid);
        }
    }

    [Fact]
    public void The_longest_entry_is_taken_and_a_longer_one_refused()
    {
        using var test = new TestLedger();
        var fitting = Sized(LedgerEntry.MaxBytes);
        Assert.Equal(LedgerEntry.MaxBytes, fitting.ToCanonicalJson().Length);
        test.Ledger.Append([fitting], test.Key, TestLedger.Patience, TestContext.Current.CancellationToken);
        Assert.True(test.Verify().IsValid);
        var e = Assert.Throws<ArgumentException>(() => test.Ledger.Append([Sized(LedgerEntry.MaxBytes + 1)], test.Key, TestLedger.Patience, TestContext.Current.CancellationToken));
        Assert.Contains("65536 bytes", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_must_not_lie_in_the_ledger()
    {
        using var temp = new TempFolder();
        Directory.CreateDirectory(temp.PathTo("ledger"));
        KeyFile.New(temp.PathTo("ledger", "ledger.key"), KeyType.Ed25519);
        using var inside = LedgerKey.Read(temp.PathTo("ledger", "ledger.key"));
        var e = Assert.Throws<LedgerException>(() => LedgerFolder.Init(temp.PathTo("ledger"), TestLedger.Origin, inside));
        Assert.Contains("key lies in the ledger", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_to_a_key_in_the_ledger_is_seen_through()
    {
        using var test = new TestLedger();
        File.Move(test.Temp.PathTo("ledger.key"), test.Temp.PathTo("ledger", "stolen"));
        File.CreateSymbolicLink(test.Temp.PathTo("link"), test.Temp.PathTo("ledger", "stolen"));
        using var key = LedgerKey.Read(test.Temp.PathTo("link"));
        Assert.Throws<LedgerException>(() => test.Ledger.Append([TestLedger.Entry(0)], key, TestLedger.Patience, TestContext.Current.CancellationToken));
        Assert.Contains("private key", test.Verify().Fault?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_key_cannot_append()
    {
        using var test = new TestLedger();
        using var other = new TestLedger();
        Assert.Throws<IntegrityException>(() => test.Ledger.Append([TestLedger.Entry(0)], other.Key, TestLedger.Patience, TestContext.Current.CancellationToken));
        Assert.False(test.Ledger.Verify(other.Log, [], TestContext.Current.CancellationToken).IsValid);
    }

    [Fact]
    public void A_ledger_is_never_started_over()
    {
        using var test = new TestLedger();
        Assert.Throws<LedgerException>(() => LedgerFolder.Init(test.Ledger.Path, TestLedger.Origin, test.Key));
        Assert.Throws<ArgumentException>(() => LedgerFolder.Init(test.Temp.PathTo("x"), "two words", test.Key));
        Assert.Throws<LedgerException>(() => LedgerFolder.Open(test.Temp.PathTo("nowhere")));
    }

    [Fact]
    public void A_tampered_ledger_takes_no_more_entries()
    {
        using var test = new TestLedger();
        test.Append(0, 1, 2);
        var path = Path.Combine(test.Ledger.Path, "tile", "entries", "000.p", "3");
        var bytes = File.ReadAllBytes(path);
        bytes[40] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Equal("tile/entries/000.p/3", Assert.Throws<IntegrityException>(() => test.Append(3)).Place);
    }

    [Fact]
    public void A_rollback_and_a_rewritten_history_are_noticed_by_who_has_seen_more()
    {
        using var test = new TestLedger();
        test.Append(0, 1);
        var old = File.ReadAllBytes(Path.Combine(test.Ledger.Path, "checkpoint"));
        var seen = test.Append(2, 3).Checkpoint;
        Assert.True(test.Verify(new SeenCheckpoint(seen.Size, seen.Root)).IsValid);
        File.WriteAllBytes(Path.Combine(test.Ledger.Path, "checkpoint"), old);
        Assert.True(test.Verify().IsValid);
        Assert.NotEmpty(test.Verify().Warnings);
        Assert.Contains("rolled back", test.Verify(new SeenCheckpoint(seen.Size, seen.Root)).Fault!.Message, StringComparison.Ordinal);
        test.Append(7, 8);
        Assert.True(test.Verify().IsValid);
        Assert.Contains("rewritten", test.Verify(new SeenCheckpoint(seen.Size, seen.Root)).Fault!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clock_that_was_set_back_logs_nothing_and_two_clocks_may_differ_a_little()
    {
        using var test = new TestLedger();
        var noon = new DateTimeOffset(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);
        Append(test, 0, noon);
        var exception = Assert.Throws<IntegrityException>(() => Append(test, 1, noon.AddMinutes(-6)));
        Assert.Contains("2026-01-15T12:00:00Z is logged already", exception.Message, StringComparison.Ordinal);
        Assert.Equal(1, test.Ledger.ReadCheckpoint(test.Log).Size);
        Assert.Equal(1, Append(test, 2, noon.AddMinutes(-4)).Added);
        Assert.Equal(0, Append(test, 0, noon.AddDays(-1)).Added);
        var writer = new Publication.LedgerWriter(test.Ledger, test.Key);
        writer.RequireForward(noon.AddMinutes(-4), TestContext.Current.CancellationToken);
        Assert.Throws<IntegrityException>(() => writer.RequireForward(noon.AddMinutes(-6), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void An_entry_that_stands_after_a_later_one_is_noted()
    {
        ReadOnlyMemory<byte>[] entries = [.. new[] { 2, 9, 3, 10 }.Select(day => (ReadOnlyMemory<byte>)TestLedger.Entry(day, day).ToCanonicalJson()), "another program's"u8.ToArray()];
        Assert.StartsWith("Entry 2 is of 2026-01-03", Assert.Single(LedgerTime.StepsBack(entries)), StringComparison.Ordinal);
    }

    private static AppendedEntries Append(TestLedger test, int number, DateTimeOffset time)
    {
        var entry = TestLedger.Entry(number);
        return test.Ledger.Append([new LedgerEntry(entry.Type, time, entry.Subjects, entry.Evidence, entry.Data)], test.Key, TestLedger.Patience, TestContext.Current.CancellationToken);
    }

    private static LedgerEntry Sized(int bytes)
    {
        var padding = bytes - With("").ToCanonicalJson().Length;
        return With(new string('x', padding));
    }

    private static LedgerEntry With(string padding) =>
        TestLedger.Entry(0) with { Data = JsonSerializer.SerializeToElement(new JsonObject { ["padding"] = padding }) };
}
