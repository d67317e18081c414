using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Measuring;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Gate;

/// <summary>A gate that is asked to measure speed and is told of the release before.</summary>
public sealed class GateContextTests(FinishedDemo demo) : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void Speed_and_the_release_before_are_signed_kept_and_inside_the_report_and_change_no_judgement()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-damaged"), "dossier");
        var decision = Digest.OfFile(Path.Combine(dossier, "decision.json"));
        var asked = (string[])["--measure", "--previous", demo.DossierOf("routing-good")];
        Assert.Equal(1, Gate(dossier, asked).ExitCode);
        Assert.Equal(decision, Digest.OfFile(Path.Combine(dossier, "decision.json")));
        var measured = Record.ReadFile<Measurement>(Path.Combine(dossier, "measurement.json"));
        Assert.Equal([ModelForm.Base, ModelForm.Attached, ModelForm.Merged], measured.Models.Select(model => model.Form));
        Assert.All(measured.Models, model => Assert.True(model is { FirstTokenSeconds: > 0, SecondsPerToken: > 0, MemoryBytes: > 1_000_000 }));
        Assert.Equal("routing-good", Record.ReadFile<Decision>(Path.Combine(dossier, "previous-decision.json")).Adapter.Name);

        // Asked again, the figures of the same models stand, and with them every byte of the report's pages.
        var before = Digest.OfFile(Path.Combine(dossier, "measurement.json"));
        Assert.Equal(1, Gate(dossier, asked).ExitCode);
        Assert.Equal(before, Digest.OfFile(Path.Combine(dossier, "measurement.json")));
        Executable.Must("verify", dossier, "--key", demo.PublicKey);
        var report = Executable.Must("verify", Path.Combine(dossier, "report.pdf"), "--key", demo.PublicKey);
        Assert.Contains("drawn again from the evidence inside", report.Error, StringComparison.Ordinal);

        Assert.Equal(1, Gate(dossier).ExitCode);
        Assert.False(File.Exists(Path.Combine(dossier, "measurement.json")));
        Assert.False(File.Exists(Path.Combine(dossier, "previous-decision.json")));
    }

    [Fact]
    public void A_folder_that_is_no_dossier_is_no_release_before()
    {
        var dossier = _temp.PathTo("dossier");
        var result = Gate(dossier, "--previous", Executable.Samples);
        Assert.False(Directory.Exists(dossier));
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("Give --previous the dossier of a gate that ended", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_is_not_written_into_its_own_sealed_dossier()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-damaged"), "dossier");
        var before = Files.Digests(dossier);
        var result = Executable.Run("report", "--dossier", dossier, "--output", Path.Combine(dossier, "report.pdf"));
        Assert.Equal(64, result.ExitCode);
        Assert.Contains("whose seal covers every file", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, Files.Digests(dossier));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", false)]
    [InlineData("abc", true)]
    public void A_pin_of_the_base_that_cannot_be_held_is_refused(string digest, bool withBase)
    {
        var result = Executable.Run(["inspect", Executable.Adapter("routing-good"), "--base-digest", digest, .. withBase ? ["--base", Executable.Base] : Array.Empty<string>()]);
        Assert.Equal(64, result.ExitCode);
        Assert.Contains("--base-digest", result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();

    private ShellResult Gate(string dossier, params string[] more) => Executable.Run(
        ["gate", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-damaged"), "--policy", Executable.DemoPolicy, "--data", Executable.Samples, "--dossier", dossier, "--key", demo.Key, "--device", "cpu", .. more]);
}
