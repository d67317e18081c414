using System.Buffers.Binary;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Testing;

namespace Loragate.Cli.Verifying;

/// <summary>
/// A published release, changed in every way that an attacker has. Bytes are flipped one at a time in process; without LORAGATE_LONG=1 a seeded
/// sample of the places is taken, with it all of them: every byte of files up to 16 KiB, every header byte and 2 000 offsets of larger ones.
/// </summary>
public sealed class ReleaseSweepTests : IDisposable
{
    private const int SmallFile = 16 << 10;
    private const int OffsetsOfLarge = 2_000;
    private const int SampleOfFile = 60;
    private const int Seed = 20_260_701;

    private static readonly bool IsFull = Environment.GetEnvironmentVariable("LORAGATE_LONG") == "1";

    private readonly FinishedDemo _demo;
    private readonly TempFolder _temp = new();
    private readonly string _release;
    private readonly KeyTrust _gate;
    private readonly LedgerVerifier _log;

    public ReleaseSweepTests(FinishedDemo demo)
    {
        _demo = demo;
        _release = _temp.Copy(Path.Combine(demo.DossierOf("routing-good"), "release"), "release");
        (_gate, _log) = (new KeyTrust(VerificationKey.Read(demo.PublicKey)), LedgerVerifier.Read(demo.VKey));
        Assert.Empty(Verify());
    }

    public static TheoryData<string> ReleaseFiles =>
        ["adapter/adapter_config.json", "adapter/adapter_model.safetensors", "attestations/release.sigstore.json", "attestations/verdict.sigstore.json", "model.sig", "release.tlog-proof", "report.pdf"];

    [Fact]
    public void The_sweep_reaches_every_file_of_the_release() => Assert.Equal(ReleaseFiles.Select(file => file.Data), FolderManifest.List(_release));

    [Theory, MemberData(nameof(ReleaseFiles))]
    public void A_flipped_bit_anywhere_is_refused_and_the_file_named(string file)
    {
        var honest = File.ReadAllBytes(PathTo(file));
        var random = new Random(Seed);
        var offsets = OffsetsOf(honest, file, random);
        var survived = new List<int>();
        using (var stream = new FileStream(PathTo(file), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
        {
            foreach (var offset in offsets)
            {
                Put(stream, offset, (byte)(honest[offset] ^ (1 << random.Next(8))));
                if (!Names(Verify(), file))
                    survived.Add(offset);
                Put(stream, offset, honest[offset]);
            }
        }
        Assert.NotEmpty(offsets);
        Assert.Empty(survived);
        Assert.Empty(Verify());
    }

    [Theory, MemberData(nameof(ReleaseFiles))]
    public void A_truncated_or_lengthened_file_is_refused_and_named(string file)
    {
        var honest = File.ReadAllBytes(PathTo(file));
        foreach (var length in new[] { 0, 1, honest.Length / 2, honest.Length - 1 })
        {
            File.WriteAllBytes(PathTo(file), honest[..length]);
            Assert.True(Names(Verify(), file), $"{length} bytes");
        }
        foreach (var more in new byte[][] { [0], [(byte)'\n'], [(byte)' '] })
        {
            File.WriteAllBytes(PathTo(file), [.. honest, .. more]);
            Assert.True(Names(Verify(), file), $"one byte {more[0]} more");
        }
    }

    [Theory, MemberData(nameof(ReleaseFiles))]
    public void A_deleted_or_renamed_file_is_refused_and_named(string file)
    {
        File.Move(PathTo(file), _temp.PathTo("taken"));
        Assert.True(Names(Verify(), file));
        var other = file + ".old";
        File.Copy(_temp.PathTo("taken"), PathTo(other));
        var findings = Verify();
        Assert.True(Names(findings, file) && Names(findings, other));
    }

    [Theory]
    [InlineData("attestations/verdict.sigstore.json")]
    [InlineData("attestations/release.sigstore.json")]
    [InlineData("model.sig")]
    [InlineData("release.tlog-proof")]
    [InlineData("report.pdf")]
    public void A_bundle_of_another_release_by_the_same_gate_is_refused(string file)
    {
        File.Copy(Path.Combine(_demo.DossierOf("routing-dora"), "release", file), PathTo(file), overwrite: true);
        Assert.NotEmpty(Verify());
        Assert.True(file == ReleaseLayout.Seal || Names(Verify(), file));
    }

    [Fact]
    public void Two_bundles_that_change_places_are_refused()
    {
        var (seal, verdict) = (File.ReadAllBytes(PathTo(ReleaseLayout.Seal)), File.ReadAllBytes(PathTo(ReleaseLayout.Verdict)));
        File.WriteAllBytes(PathTo(ReleaseLayout.Seal), verdict);
        File.WriteAllBytes(PathTo(ReleaseLayout.Verdict), seal);
        Assert.True(Names(Verify(), ReleaseLayout.Seal));
    }

    /// <summary>The proof of a fork that the ledger's own key signed: another log, in which this release was logged as well.</summary>
    [Fact]
    public void A_proof_of_a_forked_ledger_is_not_the_sealed_one()
    {
        var fork = Fork(entries: 3);
        var proof = fork.Prove(1, _log).ToBytes();
        File.WriteAllBytes(PathTo(ReleaseLayout.Proof), proof);
        Assert.True(Names(Verify(), ReleaseLayout.Proof));
    }

    [Fact]
    public void A_ledger_that_replays_an_older_checkpoint_is_refused_by_whoever_has_the_releases_proof()
    {
        var ledger = _temp.Copy(_demo.Ledger, "ledger");
        var seen = SeenCheckpoint.Read(PathTo(ReleaseLayout.Proof), _log);
        Assert.True(LedgerFolder.Open(ledger).Verify(_log, [seen], TestContext.Current.CancellationToken).IsValid);
        var older = TlogProof.Parse(File.ReadAllBytes(Path.Combine(_demo.DossierOf("routing-biased"), "decision.tlog-proof")), "proof").Checkpoint;
        File.WriteAllBytes(Path.Combine(ledger, "checkpoint"), older.ToArray());
        var result = LedgerFolder.Open(ledger).Verify(_log, [seen], TestContext.Current.CancellationToken);
        Assert.False(result.IsValid);
        Assert.Contains("rolled back", result.Fault!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_forked_checkpoint_is_refused_by_whoever_has_the_releases_proof()
    {
        var seen = SeenCheckpoint.Read(PathTo(ReleaseLayout.Proof), _log);
        var result = Fork(entries: 40).Verify(_log, [seen], TestContext.Current.CancellationToken);
        Assert.False(result.IsValid);
        Assert.True(Fork(entries: 40).Verify(_log, [], TestContext.Current.CancellationToken).IsValid, "The fork holds by itself.");
    }

    public void Dispose() => _temp.Dispose();

    private IReadOnlyList<VerificationFinding> Verify() => ReleaseVerifier.Verify(_release, _gate, _log, TestContext.Current.CancellationToken);

    private string PathTo(string file) => Path.Combine([_release, .. file.Split('/')]);

    /// <summary>A file of the signed folder is named by the model's signature as it is named within it.</summary>
    private static bool Names(IReadOnlyList<VerificationFinding> findings, string file) =>
        findings.Any(finding => finding.Place == file || finding.Place.StartsWith(file + ",", StringComparison.Ordinal));

    private static int[] OffsetsOf(byte[] bytes, string file, Random random)
    {
        IEnumerable<int> all = bytes.Length <= SmallFile
            ? Enumerable.Range(0, bytes.Length)
            : Enumerable.Range(0, HeaderOf(bytes, file)).Concat(Enumerable.Range(0, OffsetsOfLarge).Select(_ => random.Next(bytes.Length)));
        var offsets = all.ToArray();
        if (!IsFull)
            random.Shuffle(offsets);
        return IsFull ? offsets : offsets[..Math.Min(SampleOfFile, offsets.Length)];
    }

    /// <summary>Of safetensors the length and the JSON behind it; other large files have no header of their own.</summary>
    private static int HeaderOf(byte[] bytes, string file) =>
        file.EndsWith(".safetensors", StringComparison.Ordinal) ? 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;

    private static void Put(FileStream stream, int offset, byte value)
    {
        stream.Position = offset;
        stream.WriteByte(value);
        stream.Flush();
    }

    private LedgerFolder Fork(int entries)
    {
        using var key = LedgerKey.Read(_demo.LedgerKey);
        var folder = _temp.PathTo(Guid.CreateVersion7().ToString("N"));
        LedgerFolder.Init(folder, _log.Name, key);
        var ledger = LedgerFolder.Open(folder);
        var release = TlogProof.Parse(File.ReadAllBytes(PathTo(ReleaseLayout.Proof)), "proof").Extra!.Value;
        var logged = LedgerEntry.Parse(release, "proof");
        LedgerEntry[] all = [.. Enumerable.Range(0, entries).Select(i => i == 1 ? logged : logged with { Subjects = [logged.Subjects[0] with { Name = FormattableString.Invariant($"other-{i}") }] })];
        ledger.Append(all, key, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        return ledger;
    }
}
