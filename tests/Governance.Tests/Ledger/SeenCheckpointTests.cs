using Loragate.Artifacts;

namespace Loragate.Governance.Ledger;

public sealed class SeenCheckpointTests
{
    [Fact]
    public void A_checkpoint_and_a_proof_that_were_kept_accuse_a_rolled_back_and_a_forked_ledger()
    {
        using var test = new TestLedger();
        test.Append(0, 1);
        var early = test.Temp.Copy(test.Ledger.Path, "early");
        test.Append(2, 3);
        var note = test.Temp.Write("seen-checkpoint", File.ReadAllBytes(Path.Combine(test.Ledger.Path, "checkpoint")));
        var proof = test.Temp.Write("seen-proof", test.Ledger.Prove(2, test.Log).ToBytes());
        SeenCheckpoint[] seen = [SeenCheckpoint.Read(note, test.Log), SeenCheckpoint.Read(proof, test.Log)];
        Assert.Equal(seen[0], seen[1]);
        Assert.Equal(4, seen[0].Size);
        test.Append(4);
        Assert.True(test.Verify(seen).IsValid);

        Directory.Delete(test.Ledger.Path, recursive: true);
        Directory.Move(early, test.Ledger.Path);
        Assert.Contains("rolled back", test.Verify(seen).Fault?.Message, StringComparison.Ordinal);
        test.Append(7, 8, 9);
        Assert.True(test.Verify().IsValid);
        Assert.Contains("rewritten", test.Verify(seen).Fault?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_another_ledger_signed_and_what_is_no_checkpoint_is_refused()
    {
        using var test = new TestLedger();
        using var other = new TestLedger();
        var foreign = other.Temp.Write("seen", File.ReadAllBytes(Path.Combine(other.Ledger.Path, "checkpoint")));
        Assert.Throws<IntegrityException>(() => SeenCheckpoint.Read(foreign, test.Log));
        Assert.Throws<LedgerException>(() => SeenCheckpoint.Read(test.Temp.Write("nonsense", "nonsense"u8), test.Log));
        Assert.Throws<LedgerException>(() => SeenCheckpoint.Read(test.Temp.Write("proof", "c2sp.org/tlog-proof@v9\n"u8), test.Log));
        Assert.Throws<LedgerException>(() => SeenCheckpoint.Read(test.Temp.PathTo("nowhere"), test.Log));
    }
}
