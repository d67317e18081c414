using System.Globalization;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

public sealed class LedgerTamperTests(FinishedDemo demo) : TamperTests(demo.Ledger, seed: 3)
{
    [Fact]
    public void A_changed_bit_in_any_file_of_a_ledger_is_named() => EveryChangedFileIsNamed();

    /// <summary>Partial tiles of earlier sizes may go (C2SP tlog-tiles §Partial Tiles); the checkpoint and the widest tiles may not.</summary>
    [Fact]
    public void Any_file_that_the_checkpoint_needs_is_named_when_it_is_gone()
    {
        var widest = Files.Of(Folder).Where(file => file.Contains(".p/", StringComparison.Ordinal)).Max(Width);
        EveryDeletedFileIsNamed(file => file == "checkpoint" || Width(file) == widest);
    }

    protected override ShellResult Verify() => Executable.Run("ledger", "verify", "--ledger", Folder, "--vkey", demo.VKey);

    private static int Width(string file) => int.TryParse(Path.GetFileName(file), NumberStyles.None, CultureInfo.InvariantCulture, out var width) ? width : 0;
}
