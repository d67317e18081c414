using Loragate.Artifacts.Safetensors;
using Loragate.Governance.Signing;
using Loragate.Testing;

namespace Loragate.Governance.Dossiers;

public sealed class DossierSealTests : IDisposable
{
    private readonly TestFolder _keys = new();
    private readonly TempFolder _temp = new();

    public DossierSealTests()
    {
        _temp.Write("dossier/run.json", "run"u8);
        _temp.Write("dossier/report.pdf", "report"u8);
        _temp.Write("dossier/evaluations/base/facts.run", "run"u8);
        _temp.Write("dossier/merged/config.json", "{}"u8);
        WriteWeights("pt", 1);
        DossierSeal.Sign(Folder, new Signer(_keys.Key), TestContext.Current.CancellationToken);
    }

    private string Folder => _temp.PathTo("dossier");

    [Fact]
    public void A_sealed_dossier_holds_until_a_file_is_changed_added_or_lost()
    {
        _temp.Write("dossier/.lock", []);
        Assert.Empty(Verify());
        AssertFinding(SignatureFault.ChangedFile, "evaluations/base/facts.run", () => _temp.Write("dossier/evaluations/base/facts.run", "ruN"u8));
        AssertFinding(SignatureFault.ExtraFile, "adapter/adapter_config.json", () => _temp.Write("dossier/adapter/adapter_config.json", "{}"u8));
        AssertFinding(SignatureFault.ExtraFile, "notes/of/nobody", () => Directory.CreateDirectory(_temp.PathTo("dossier", "notes", "of", "nobody")));
        AssertFinding(SignatureFault.ChangedFile, ".lock", () => _temp.Write("dossier/.lock", "a message"u8));
        AssertFinding(SignatureFault.MissingFile, "report.pdf", () => File.Delete(_temp.PathTo("dossier", "report.pdf")));
    }

    [Fact]
    public void The_seal_covers_a_merged_shards_header_with_its_metadata_and_not_its_tensors()
    {
        WriteWeights("pt", 2);
        Assert.Empty(Verify());
        WriteWeights("tf", 1);
        var finding = Assert.Single(Verify());
        Assert.Equal((SignatureFault.ChangedFile, "merged/model.safetensors#header"), (finding.Fault, finding.Place));
    }

    [Fact]
    public void A_dossier_without_a_seal_or_with_anothers_does_not_hold()
    {
        using var other = new TestFolder();
        Assert.Equal(SignatureFault.OtherKey, Assert.Single(DossierSeal.Verify(Folder, new KeyTrust(other.Key.Public), TestContext.Current.CancellationToken).Findings).Fault);
        File.Delete(_temp.PathTo("dossier", DossierSeal.FileName));
        Assert.Equal(SignatureFault.MissingFile, Assert.Single(Verify()).Fault);
    }

    [Fact]
    public void A_seal_that_names_a_file_twice_does_not_hold()
    {
        var seal = _temp.PathTo("dossier", DossierSeal.FileName);
        var statement = Attestation.Verify(File.ReadAllBytes(seal), _keys.Key.Public, DossierSeal.PredicateType, seal).Statement!;
        File.WriteAllBytes(seal, Attestation.Sign(statement with { Subjects = [.. statement.Subjects, statement.Subjects[0]] }, _keys.Key));
        Assert.Equal(SignatureFault.DuplicateName, Assert.Single(Verify()).Fault);
    }

    [Theory]
    [InlineData("seal.sigstore.json")]
    [InlineData("report.pdf")]
    [InlineData("merged/model.safetensors")]
    public void A_pipe_in_the_place_of_a_file_is_named_and_not_waited_for(string name)
    {
        Assert.SkipUnless(Shell.Has("mkfifo"), "mkfifo is not installed.");
        File.Delete(_temp.PathTo("dossier", name));
        Assert.Equal(0, Shell.Run("mkfifo", Folder, name).ExitCode);
        var finding = Assert.Single(Verify());
        Assert.Equal((SignatureFault.UnsafeEntry, name), (finding.Fault, finding.Place));
    }

    [Fact]
    public void A_seal_that_is_too_large_is_not_read()
    {
        using (var file = File.OpenWrite(_temp.PathTo("dossier", DossierSeal.FileName)))
            file.SetLength(3L << 30);
        Assert.Contains("bytes where at most", Assert.Single(Verify()).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _temp.Dispose();
    }

    private void AssertFinding(SignatureFault fault, string place, Action change)
    {
        change();
        Assert.Contains(Verify(), finding => finding.Fault == fault && finding.Place == place);
    }

    private IReadOnlyList<VerificationFinding> Verify() => DossierSeal.Verify(Folder, new KeyTrust(_keys.Key.Public), TestContext.Current.CancellationToken).Findings;

    private void WriteWeights(string format, byte value)
    {
        var header = System.Text.Encoding.UTF8.GetBytes($$$"""{"__metadata__":{"format":"{{{format}}}"},"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""".PadRight(112));
        _temp.Write("dossier/merged/model.safetensors", [.. BitConverter.GetBytes((ulong)header.Length), .. header, value]);
        SafetensorsFile.Open(_temp.PathTo("dossier", "merged", "model.safetensors")).Dispose();
    }
}
