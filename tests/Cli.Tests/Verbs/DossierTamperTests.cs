using Loragate.Testing;

namespace Loragate.Cli.Verbs;

public sealed class DossierTamperTests(FinishedDemo demo) : TamperTests(demo.DossierOf("routing-good"), seed: 1)
{
    [Fact]
    public void A_changed_bit_in_any_file_of_a_dossier_is_named() => EveryChangedFileIsNamed();

    [Fact]
    public void Any_file_that_a_dossier_lost_is_named() => EveryDeletedFileIsNamed(file => !file.Contains('/', StringComparison.Ordinal) && !file.StartsWith('.'));

    [Fact]
    public void All_files_that_a_dossiers_folders_lost_are_named() => AllDeletedFilesAreNamed(file => file.Contains('/', StringComparison.Ordinal));

    [Fact]
    public void A_file_added_anywhere_in_a_dossier_is_named() => EveryAddedFileIsNamed();

    [Fact]
    public void A_link_in_a_dossier_is_named() => ALinkIsNamed();

    [Fact]
    public void The_merged_weights_may_be_removed_whole()
    {
        Directory.Delete(Path.Combine(Folder, "merged"), recursive: true);
        Assert.Equal(0, Verify().ExitCode);
    }

    protected override ShellResult Verify() => Executable.Run("verify", Folder, "--key", demo.PublicKey, "--vkey", demo.VKey);
}
