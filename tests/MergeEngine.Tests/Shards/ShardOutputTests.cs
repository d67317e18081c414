using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine.Shards;

public sealed class ShardOutputTests
{
    private const string Untouched = "model-00001-of-00003.safetensors";

    [Fact]
    public void An_untouched_file_shares_the_blocks_of_its_source_on_the_way_and_back()
    {
        Assert.SkipUnless(Shell.Has("filefrag"), "filefrag (e2fsprogs) is not installed.");
        using var xfs = new XfsFolder();
        var source = TinyModel.WriteBase(xfs.PathTo("base"), DType.BF16, sharded: true);
        var receipt = Merger.Merge(TinyModel.Request(source, xfs.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(xfs.PathTo("a")))));
        Unmerger.Unmerge(TinyModel.Undo(xfs.PathTo("merged"), xfs.PathTo("restored")));
        Assert.True(IsShared(xfs.PathTo("merged", Untouched)) && IsShared(xfs.PathTo("restored", Untouched)));
        Assert.False(IsShared(xfs.PathTo("merged", "model-00002-of-00003.safetensors")));
        Assert.Null(ReceiptVerifier.OutputFault(receipt, xfs.PathTo("merged"), 1));
        MergerTests.AssertRestored(source, xfs.PathTo("restored"));
    }

    private static bool IsShared(string path)
    {
        var result = Shell.Run("filefrag", "/", "-v", path);
        Assert.Equal(0, result.ExitCode);
        return result.Output.Contains("shared", StringComparison.Ordinal);
    }
}
