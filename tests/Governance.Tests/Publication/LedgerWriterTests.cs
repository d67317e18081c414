using Loragate.Artifacts;
using Loragate.Governance.Ledger;

namespace Loragate.Governance.Publication;

public sealed class LedgerWriterTests : IDisposable
{
    private readonly TestLedger _test = new();

    private string Proof => _test.Temp.PathTo("proof");

    private LedgerWriter Writer => new(LedgerFolder.Open(_test.Ledger.Path), _test.Key);

    [Fact]
    public void An_event_is_logged_once_and_its_proof_is_kept_whatever_is_logged_since()
    {
        var first = Log(1);
        var bytes = File.ReadAllBytes(Proof);
        _test.Append(2, 3);
        Assert.Equal(first, Log(1));
        Assert.Equal(bytes, File.ReadAllBytes(Proof));
        Assert.Equal(3, _test.Ledger.ReadCheckpoint(_test.Log).Size);
    }

    [Fact]
    public void A_lost_proof_is_made_again_over_the_entry_as_it_was_logged()
    {
        Log(1);
        var entry = TlogProof.Parse(File.ReadAllBytes(Proof), "proof").Extra!.Value.ToArray();
        _test.Append(2);
        File.Delete(Proof);
        _ = Writer.Log(TestLedger.Entry(1, day: 9), Proof, TestContext.Current.CancellationToken);
        Assert.Equal(entry, TlogProof.Parse(File.ReadAllBytes(Proof), "proof").Extra!.Value.ToArray());
        Assert.Equal(2, _test.Ledger.ReadCheckpoint(_test.Log).Size);
    }

    [Fact]
    public void A_proof_from_a_ledger_that_was_rolled_back_is_told_and_not_kept()
    {
        var before = _test.Temp.Copy(_test.Ledger.Path, "before");
        Log(1);
        Replace(before);
        var e = Assert.Throws<IntegrityException>(() => Log(1));
        Assert.Contains("rolled back", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_proof_from_a_ledger_whose_history_was_rewritten_is_told_and_not_kept()
    {
        var before = _test.Temp.Copy(_test.Ledger.Path, "before");
        Log(1);
        Replace(before);
        _test.Append(7, 8, 9);
        var e = Assert.Throws<IntegrityException>(() => Log(1));
        Assert.Contains("rewritten", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ledger_that_lost_the_entry_itself_is_told()
    {
        Log(1);
        foreach (var bundle in Directory.EnumerateFiles(Path.Combine(_test.Ledger.Path, "tile", "entries"), "*", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(bundle);
            bytes[^3] ^= 1;
            File.WriteAllBytes(bundle, bytes);
        }
        Assert.Throws<IntegrityException>(() => Log(1));
    }

    [Fact]
    public void A_proof_of_another_ledger_or_of_another_event_is_replaced()
    {
        using var other = new TestLedger();
        _ = new LedgerWriter(other.Ledger, other.Key).Log(TestLedger.Entry(1), Proof, TestContext.Current.CancellationToken);
        Assert.Equal(0, Log(1).Index);
        Assert.Equal(1, Log(2).Index);
        File.WriteAllText(Proof, "nonsense");
        Assert.Equal(1, Log(2).Index);
    }

    [Fact]
    public void An_entry_that_is_too_long_is_bad_input_and_no_internal_error()
    {
        var entry = TestLedger.Entry(1) with { Subjects = [.. Enumerable.Range(0, 1000).Select(i => new LedgerSubject($"file-{i}", Digest.Of(BitConverter.GetBytes(i))))] };
        var e = Assert.Throws<LedgerException>(() => Writer.Log(entry, Proof, TestContext.Current.CancellationToken));
        Assert.Contains("65535", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Proof));
    }

    public void Dispose() => _test.Dispose();

    private Reports.LedgerPosition Log(int number) => Writer.Log(TestLedger.Entry(number), Proof, TestContext.Current.CancellationToken);

    private void Replace(string before)
    {
        Directory.Delete(_test.Ledger.Path, recursive: true);
        Directory.Move(before, _test.Ledger.Path);
    }
}
