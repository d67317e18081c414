using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine.Shards;

/// <summary>Runs where temporary files lie on XFS, which shares blocks of files of any size: TMPDIR says where.</summary>
public sealed class ShardOutputTests : IDisposable
{
    private const string Untouched = "model-00001-of-00003.safetensors";

    private readonly TempFolder _temp = new();

    [Fact]
    public void An_untouched_file_shares_the_blocks_of_its_source_on_the_way_and_back()
    {
        Assert.SkipUnless(Shell.Has("filefrag"), "filefrag (e2fsprogs) is not installed.");
        Assert.SkipUnless(Shell.Run("stat", "/", "-f", "-c", "%T", _temp.Path).Output.Trim() == "xfs", "Temporary files do not lie on XFS.");
        var source = TinyModel.WriteBase(_temp.PathTo("base"), DType.BF16, sharded: true);
        var receipt = Merger.Merge(TinyModel.Request(source, _temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(_temp.PathTo("a")))));
        Unmerger.Unmerge(TinyModel.Undo(_temp.PathTo("merged"), _temp.PathTo("restored")));
        Assert.True(IsShared(_temp.PathTo("merged", Untouched)) && IsShared(_temp.PathTo("restored", Untouched)));
        Assert.False(IsShared(_temp.PathTo("merged", "model-00002-of-00003.safetensors")));
        Assert.Null(ReceiptVerifier.OutputFault(receipt, _temp.PathTo("merged"), 1));
        MergerTests.AssertRestored(source, _temp.PathTo("restored"));
    }

    public void Dispose() => _temp.Dispose();

    private static bool IsShared(string path)
    {
        var result = Shell.Run("filefrag", "/", "-v", path);
        Assert.Equal(0, result.ExitCode);
        return result.Output.Contains("shared", StringComparison.Ordinal);
    }
}
