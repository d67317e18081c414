using Loragate.Testing;

namespace Loragate.Artifacts.Folders;

public sealed class AtomicFileTests
{
    [Fact]
    public void A_file_is_written_replaced_and_nothing_lies_beside_it()
    {
        using var temp = new TempFolder();
        AtomicFile.Write(temp.PathTo("f"), "one"u8);
        AtomicFile.Write(temp.PathTo("f"), "two"u8);
        Assert.Equal("two"u8.ToArray(), File.ReadAllBytes(temp.PathTo("f")));
        Assert.Equal(["f"], FolderManifest.List(temp.Path));
    }

    [Fact]
    public void A_leftover_of_a_killed_run_is_overwritten()
    {
        using var temp = new TempFolder();
        temp.Write("f.partial", "a long half-written thing"u8);
        AtomicFile.Write(temp.PathTo("f"), "new"u8);
        Assert.Equal("new"u8.ToArray(), File.ReadAllBytes(temp.PathTo("f")));
        Assert.Equal(["f"], FolderManifest.List(temp.Path));
    }

    [Fact]
    public void A_write_that_cannot_be_finished_leaves_the_old_file()
    {
        using var temp = new TempFolder();
        temp.Write("f", "old"u8);
        Directory.CreateDirectory(temp.PathTo("f.partial"));
        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(temp.PathTo("f"), "new"u8));
        Assert.Equal("old"u8.ToArray(), File.ReadAllBytes(temp.PathTo("f")));
    }
}
