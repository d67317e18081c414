using Loragate.Testing;

namespace Loragate.Cli.Verbs;

public sealed class ReleaseTamperTests(FinishedDemo demo) : TamperTests(Path.Combine(demo.DossierOf("routing-dora"), "release"), seed: 2)
{
    [Fact]
    public void A_changed_bit_in_any_file_of_a_release_is_named() => EveryChangedFileIsNamed();

    [Fact]
    public void Any_file_that_a_release_lost_is_named() => EveryDeletedFileIsNamed(_ => true);

    [Fact]
    public void A_file_added_anywhere_in_a_release_is_named() => EveryAddedFileIsNamed();

    [Fact]
    public void A_link_in_a_release_is_named() => ALinkIsNamed();

    [Fact]
    public void The_verdict_and_signature_of_another_adapter_do_not_make_a_release()
    {
        var other = Path.Combine(demo.DossierOf("routing-good"), "release");
        foreach (var file in (string[])["model.sig", "attestations/verdict.sigstore.json", "release.tlog-proof", "report.pdf"])
            File.Copy(Path.Combine(other, file), Path.Combine(Folder, file), overwrite: true);
        var result = Verify();
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("adapter_model.safetensors", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_verified_without_the_ledgers_key_says_what_was_not_checked()
    {
        var result = Executable.Must("verify", Folder, "--key", demo.PublicKey);
        Assert.Contains("was not checked", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("was not checked", Verify().Error, StringComparison.Ordinal);
    }

    protected override ShellResult Verify() => Executable.Run("verify", Folder, "--key", demo.PublicKey, "--vkey", demo.VKey);
}
