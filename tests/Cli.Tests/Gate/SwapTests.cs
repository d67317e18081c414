using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Gate;

/// <summary>Whoever can write to the inputs while a gate runs gets nothing approved that was not judged.</summary>
public sealed class SwapTests(FinishedDemo demo) : IDisposable
{
    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData("routing-damaged", "routing-good", 1)]
    [InlineData("routing-good", "routing-damaged", 0)]
    public void An_adapter_that_is_swapped_after_its_inspection_is_judged_and_released_as_it_was_inspected(string judged, string swapped, int code)
    {
        var adapter = _temp.Copy(Executable.Adapter(judged), judged);
        using var gate = Executable.Start("gate", "--base", Executable.Base, "--adapter", adapter, "--policy", Executable.DemoPolicy, "--data", Executable.Samples, "--dossier", _temp.PathTo("dossier"), "--key", demo.Key, "--device", "cpu");
        gate.WaitFor(_temp.PathTo("dossier", "inspection.json"));
        File.Copy(Path.Combine(Executable.Adapter(swapped), PeftAdapter.WeightsFile), Path.Combine(adapter, PeftAdapter.WeightsFile), overwrite: true);
        var result = gate.Wait();
        Assert.True(result.ExitCode == code, result.Error);
        var expected = FolderManifest.Read(Executable.Adapter(judged)).Digest;
        Assert.Equal(expected, Record.ReadFile<Decision>(_temp.PathTo("dossier", "decision.json")).Adapter.Digest);
        Assert.Equal(Record.ReadFile<MergeReceipt>(Path.Combine(demo.DossierOf(judged), "merge-receipt.json")).Output.WeightsDigest, Record.ReadFile<MergeReceipt>(_temp.PathTo("dossier", "merge-receipt.json")).Output.WeightsDigest);
        Assert.Equal(expected, FolderManifest.Read(_temp.PathTo("dossier", "merged", "loragate", "adapters", "0")).Digest);
        if (code == 0)
            Assert.Equal(expected, FolderManifest.Read(_temp.PathTo("dossier", "release", "adapter")).Digest);
        Assert.Empty(Files.HalfWritten(_temp.PathTo("dossier")));
    }

    [Fact]
    public void The_gates_copy_of_an_adapter_does_not_follow_the_original_and_notices_its_own_change()
    {
        var source = _temp.Copy(Executable.Adapter("routing-good"), "routing-good");
        using var dossier = OpenDossier();
        using var staged = StagedAdapter.Copy(source, dossier, TestContext.Current.CancellationToken);
        File.Delete(Path.Combine(source, PeftAdapter.WeightsFile));
        staged.Check(TestContext.Current.CancellationToken);
        using (var copy = PeftAdapter.Open(staged.Folder, TestContext.Current.CancellationToken))
        {
            staged.Require(copy.Identity);
            Assert.Throws<IntegrityException>(() => staged.Require(copy.Identity with { Digest = Digest.Of([1]) }));
        }
        Files.FlipBit(Path.Combine(staged.Folder, PeftAdapter.WeightsFile), new Random(1));
        Assert.Throws<IntegrityException>(() => staged.Check(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Only_its_user_can_enter_the_gates_copy()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        using var dossier = OpenDossier();
        using var staged = StagedAdapter.Copy(Executable.Adapter("routing-good"), dossier, TestContext.Current.CancellationToken);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(staged.Folder)!));
    }

    [Theory]
    [InlineData("config")]
    [InlineData("tokenizer")]
    public void A_model_whose_config_or_tokenizer_is_not_the_receipts_is_not_scored(string what)
    {
        var receipt = Record.ReadFile<MergeReceipt>(Path.Combine(demo.DossierOf("routing-good"), "merge-receipt.json"));
        var honest = new EvaluatedModel(receipt.Output.WeightsDigest, receipt.Output.ConfigDigest, receipt.TokenizerDigest()!.Value);
        GateScores.Check(honest, "merged", receipt.Output, receipt);
        var forged = what == "config" ? honest with { ConfigDigest = Digest.Of([1]) } : honest with { TokenizerDigest = Digest.Of([1]) };
        var fault = Assert.Throws<IntegrityException>(() => GateScores.Check(forged, "merged", receipt.Output, receipt));
        Assert.Contains(what == "config" ? Checkpoint.ConfigFile : "tokenizer.json", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Merged_weights_without_a_receipt_do_not_verify()
    {
        using var gate = new SampleGate("routing-noop");
        Directory.CreateDirectory(gate.Dossier);
        Assert.Equal(1, Executable.Run(gate.Arguments()).ExitCode);
        Assert.Equal(0, Verify(gate).ExitCode);
        _ = gate.Temp.Copy(Executable.Base, Path.Combine("dossier", "merged"));
        using (var key = SigningKey.Read(gate.Key))
            DossierSeal.Sign(gate.Dossier, new Signer(key), TestContext.Current.CancellationToken);
        var sealedWithout = Verify(gate);
        Assert.Equal(3, sealedWithout.ExitCode);
        Assert.Contains("there is no merge-receipt.json", sealedWithout.Error, StringComparison.Ordinal);
        Assert.Equal(1, Executable.Run(gate.Arguments()).ExitCode);
        Assert.False(Directory.Exists(Path.Combine(gate.Dossier, "merged")));
        Assert.Equal(0, Verify(gate).ExitCode);
    }

    public void Dispose() => _temp.Dispose();

    private static ShellResult Verify(SampleGate gate) => Executable.Run("verify", gate.Dossier, "--key", gate.Key + ".pub", "--vkey", gate.VKey);

    private Dossier OpenDossier() =>
        Dossier.Open(_temp.PathTo("dossier"), null, new Run(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), "0", "host", "os", 1));
}
