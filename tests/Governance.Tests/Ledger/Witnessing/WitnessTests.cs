using System.Text;
using Loragate.Artifacts;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Ledger.Witnessing;

public sealed class WitnessTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 15, 9, 30, 0, TimeSpan.Zero);

    private readonly TestLedger _test = new();
    private readonly LedgerKey _first;
    private readonly LedgerKey _second;

    public WitnessTests() => (_first, _second) = (NewKey("w1"), NewKey("w2"));

    private LedgerVerifier First => _first.CosignerFor("witness.example/w1");

    private LedgerVerifier Second => _second.CosignerFor("witness.example/w2");

    [Fact]
    public void A_growing_ledger_is_cosigned_again_and_again_and_verifies_with_the_witness_key()
    {
        for (var next = 0; next < 300; next += 100)
        {
            _test.Append(Enumerable.Range(next, 100));
            Assert.Equal(next + 100, Exchange(_first, "w1").Size);
        }
        var note = SignedNote.Parse(File.ReadAllBytes(Path.Combine(_test.Ledger.Path, "checkpoint")), "checkpoint");
        Assert.Equal([_test.Log, First], note.SignedBy([_test.Log, First], "checkpoint"));
        Assert.True(_test.Verify() is { IsValid: true, Warnings: [] });
    }

    /// <summary>The specification's form: 64-bit time, then Ed25519 over "cosignature/v1", the time and the whole checkpoint text.</summary>
    [Fact]
    public void A_cosignature_is_the_time_and_a_signature_over_it_and_the_checkpoint()
    {
        _test.Append(1);
        var cosignature = WitnessOf(_first, "w1").Cosign(_test.Ledger.RequestCosignature(0, _test.Log), _test.Log, Now, default);
        Assert.Equal(72, cosignature.Bytes.Length);
        Assert.Equal(Convert.ToHexStringLower(BitConverter.GetBytes(Now.ToUnixTimeSeconds()).Reverse().ToArray()), Convert.ToHexStringLower(cosignature.Bytes.Span[..8]));
        var signed = $"cosignature/v1\ntime {Now.ToUnixTimeSeconds()}\n{_test.Ledger.ReadCheckpoint(_test.Log)}";
        Assert.True(_first.VerifierFor("any").Verify(Encoding.UTF8.GetBytes(signed), cosignature.Bytes.Span[8..]));
    }

    [Fact]
    public void A_request_is_read_back_as_it_was_written_and_any_other_form_is_refused()
    {
        _test.Append(Enumerable.Range(0, 5));
        var body = _test.Ledger.RequestCosignature(3, _test.Log).ToBytes();
        Assert.StartsWith("old 3\n", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
        Assert.Equal(body, WitnessRequest.Parse(body, "request").ToBytes());
        foreach (var other in new[] { "", "old 3\n", "old 03\n\nx", "new 3\n\nx", "old -1\n\nx", "old 3\nAAAA\n\nx" })
            Assert.Throws<LedgerException>(() => WitnessRequest.Parse(Encoding.UTF8.GetBytes(other), "request"));
    }

    [Fact]
    public void A_replayed_older_checkpoint_is_not_cosigned()
    {
        _test.Append(1, 2);
        var old = _test.Ledger.RequestCosignature(0, _test.Log);
        _test.Append(3);
        _ = Exchange(_first, "w1");
        foreach (var request in new[] { old, old with { OldSize = 3 }, old with { OldSize = 2 } })
            Assert.Contains("older one", Assert.Throws<IntegrityException>(() => Cosign(request)).Message, StringComparison.Ordinal);
        Assert.Equal(3, Exchange(_first, "w1").Size);
    }

    [Fact]
    public void A_forked_checkpoint_is_not_cosigned_whatever_proof_it_brings()
    {
        _test.Append(1, 2);
        var fork = LedgerFolder.Open(_test.Temp.Copy(_test.Ledger.Path, "fork"));
        _ = fork.Append([TestLedger.Entry(8), TestLedger.Entry(9)], _test.Key, TestLedger.Patience, TestContext.Current.CancellationToken);
        _test.Append(3);
        _ = Exchange(_first, "w1");
        foreach (var proof in new[] { fork.RequestCosignature(3, _test.Log).Proof, fork.RequestCosignature(2, _test.Log).Proof, [] })
            Assert.Contains("forked", Assert.Throws<IntegrityException>(() => Cosign(fork.RequestCosignature(3, _test.Log) with { Proof = proof })).Message, StringComparison.Ordinal);

        // Of the same size: another root.
        _test.Append(4);
        _ = Exchange(_first, "w1");
        Assert.Throws<IntegrityException>(() => Cosign(fork.RequestCosignature(4, _test.Log)));
    }

    [Fact]
    public void A_request_from_another_size_is_told_which_size_to_start_from()
    {
        _test.Append(1, 2, 3);
        _ = Exchange(_first, "w1");
        _test.Append(4);
        foreach (var old in new[] { 0, 2, 4 })
            Assert.Contains("--old 3", Assert.Throws<LedgerException>(() => Cosign(_test.Ledger.RequestCosignature(old, _test.Log))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_another_log_signed_is_not_cosigned_and_its_memory_is_its_own()
    {
        using var other = new TestLedger();
        other.Append(1);
        _test.Append(1, 2);
        Assert.Throws<IntegrityException>(() => Cosign(other.Ledger.RequestCosignature(0, other.Log)));
        _ = Exchange(_first, "w1");
        Assert.True(File.Exists(_test.Temp.PathTo("seen-w1", Digest.Of(Encoding.UTF8.GetBytes(TestLedger.Origin)).Hex, "checkpoint")));
    }

    [Fact]
    public void A_quorum_is_there_when_enough_known_witnesses_have_cosigned_the_same_beginning()
    {
        var both = new WitnessQuorum(2, [First, Second]);
        _test.Append(1, 2);
        var request = _test.Ledger.RequestCosignature(0, _test.Log);
        _ = Exchange(_first, "w1");
        Assert.Null(_test.Ledger.FindWitnessed(_test.Log, both));
        Assert.Equal(2, _test.Ledger.FindWitnessed(_test.Log, both with { Needed = 1 })?.Checkpoint.Size);

        // The second answers late: the ledger has grown, the first has cosigned more.
        _test.Append(3);
        _ = Exchange(_first, "w1");
        var answer = Answer(WitnessOf(_second, "w2").Cosign(request, _test.Log, Now, default));
        _ = _test.Ledger.AddCosignature(request, answer, _test.Log, Second, TestLedger.Patience, TestContext.Current.CancellationToken);
        var witnessed = _test.Ledger.FindWitnessed(_test.Log, both);
        Assert.Equal(2, witnessed?.Checkpoint.Size);
        Assert.Equal([First.Name, Second.Name], witnessed!.Witnesses);
        Assert.Equal(3, _test.Ledger.FindWitnessed(_test.Log, both with { Needed = 1 })?.Checkpoint.Size);

        var proof = _test.Ledger.Prove(1, _test.Log, witnessed.Note, out var entry);
        Assert.Equal(2, proof.Verify(entry.Span, _test.Log, "proof").Size);
        Assert.Equal([First, Second], SignedNote.Parse(proof.Checkpoint.Span, "proof").SignedBy([First, Second], "proof"));
        Assert.Throws<ArgumentOutOfRangeException>(() => _test.Ledger.Prove(2, _test.Log, witnessed.Note, out _));
    }

    [Fact]
    public void A_cosignature_of_another_key_or_another_checkpoint_is_not_kept()
    {
        _test.Append(1, 2);
        var request = _test.Ledger.RequestCosignature(0, _test.Log);
        var answer = Answer(Cosign(request));
        Assert.Throws<IntegrityException>(() => Add(request, answer, Second));
        _test.Append(3);
        Assert.Throws<IntegrityException>(() => Add(_test.Ledger.RequestCosignature(0, _test.Log), answer, First));
        Assert.Throws<LedgerException>(() => Add(request, "nonsense\n"u8.ToArray(), First));
        Assert.False(Directory.Exists(Path.Combine(_test.Ledger.Path, "cosigned")));
    }

    [Fact]
    public void A_ledger_that_was_rolled_back_or_rewritten_is_accused_by_what_was_cosigned()
    {
        _test.Append(1);
        var early = _test.Temp.Copy(_test.Ledger.Path, "early");
        _test.Append(2, 3);
        _ = Exchange(_first, "w1");
        var cosigned = Path.Combine(_test.Ledger.Path, "cosigned", "3");
        File.Copy(cosigned, _test.Temp.PathTo("kept"));
        Directory.Delete(_test.Ledger.Path, recursive: true);
        Directory.Move(early, _test.Ledger.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(cosigned)!);
        File.Copy(_test.Temp.PathTo("kept"), cosigned);
        Assert.Contains("rolled back", _test.Verify().Fault?.Message, StringComparison.Ordinal);
        Assert.Throws<IntegrityException>(() => _test.Ledger.FindWitnessed(_test.Log, new WitnessQuorum(1, [First])));
        _test.Append(7, 8, 9);
        Assert.Contains("rewritten", _test.Verify().Fault?.Message, StringComparison.Ordinal);
        Assert.Throws<IntegrityException>(() => _test.Ledger.FindWitnessed(_test.Log, new WitnessQuorum(1, [First])));
    }

    [Fact]
    public void A_changed_cosignature_is_told_and_not_passed_over()
    {
        _test.Append(1);
        _ = Exchange(_first, "w1");
        var path = Path.Combine(_test.Ledger.Path, "cosigned", "1");
        var note = SignedNote.Parse(File.ReadAllBytes(path), path);
        var bytes = note.Signatures[1].Bytes.ToArray();
        bytes[7] ^= 1;
        File.WriteAllBytes(path, note.With(note.Signatures[1] with { Bytes = bytes }).ToBytes());
        File.WriteAllBytes(Path.Combine(_test.Ledger.Path, "checkpoint"), note.With(note.Signatures[1] with { Bytes = bytes }).ToBytes());
        Assert.Throws<IntegrityException>(() => _test.Ledger.FindWitnessed(_test.Log, new WitnessQuorum(1, [First])));
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _test.Dispose();
    }

    private static byte[] Answer(NoteSignature cosignature) => Encoding.UTF8.GetBytes($"{cosignature}\n");

    private LedgerKey NewKey(string name)
    {
        KeyFile.New(_test.Temp.PathTo($"{name}.pem"), KeyType.Ed25519);
        return LedgerKey.Read(_test.Temp.PathTo($"{name}.pem"));
    }

    private Witness WitnessOf(LedgerKey key, string name) => new(_test.Temp.PathTo($"seen-{name}"), $"witness.example/{name}", key);

    private NoteSignature Cosign(WitnessRequest request) => WitnessOf(_first, "w1").Cosign(request, _test.Log, Now, TestContext.Current.CancellationToken);

    private LedgerCheckpoint Add(WitnessRequest request, byte[] answer, LedgerVerifier witness) =>
        _test.Ledger.AddCosignature(request, answer, _test.Log, witness, TestLedger.Patience, TestContext.Current.CancellationToken);

    private LedgerCheckpoint Exchange(LedgerKey key, string name)
    {
        var witness = key.CosignerFor($"witness.example/{name}");
        var request = WitnessRequest.Parse(_test.Ledger.RequestCosignature(_test.Ledger.CosignedBy(witness, _test.Log), _test.Log).ToBytes(), "request");
        return Add(request, Answer(WitnessOf(key, name).Cosign(request, _test.Log, Now, TestContext.Current.CancellationToken)), witness);
    }
}
