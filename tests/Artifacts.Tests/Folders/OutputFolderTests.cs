using Loragate.Testing;

namespace Loragate.Artifacts.Folders;

public sealed class OutputFolderTests
{
    [Fact]
    public void Nothing_appears_before_the_commit_and_everything_after_it()
    {
        using var temp = new TempFolder();
        var target = temp.PathTo("out");
        using (var output = OutputFolder.Create(target))
        {
            output.Write("a", "one"u8);
            output.CopyIn(temp.Write("source", "two"u8), "deep/er/b");
            Assert.False(Directory.Exists(target));
            output.Commit();
        }
        Assert.Equal(["a", "deep/er/b"], FolderManifest.List(target));
        Assert.Equal(["out", "source"], Directory.EnumerateFileSystemEntries(temp.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Disposed_without_a_commit_it_leaves_nothing()
    {
        using var temp = new TempFolder();
        using (var output = OutputFolder.Create(temp.PathTo("out") + "/"))
            output.Write("a", "one"u8);
        Assert.Empty(Directory.EnumerateFileSystemEntries(temp.Path));
    }

    [Fact]
    public void What_a_killed_run_left_is_cleared_by_the_next()
    {
        using var temp = new TempFolder();
        temp.Write("out.partial/old", "half"u8);
        using (var output = OutputFolder.Create(temp.PathTo("out")))
        {
            output.Write("new", "whole"u8);
            output.Commit();
        }
        Assert.Equal(["new"], FolderManifest.List(temp.PathTo("out")));
        Assert.False(Directory.Exists(temp.PathTo("out.partial")));
    }

    [Fact]
    public void A_leftover_link_is_removed_and_not_followed()
    {
        using var temp = new TempFolder();
        temp.Write("precious/file", "keep"u8);
        Directory.CreateSymbolicLink(temp.PathTo("out.partial"), temp.PathTo("precious"));
        using (var output = OutputFolder.Create(temp.PathTo("out")))
        {
            output.Write("new", "whole"u8);
            output.Commit();
        }
        Assert.Equal(["file"], FolderManifest.List(temp.PathTo("precious")));
        Assert.Equal(["new"], FolderManifest.List(temp.PathTo("out")));
    }

    [Fact]
    public void An_existing_output_is_refused_untouched()
    {
        using var temp = new TempFolder();
        temp.Write("folder/mine", "keep"u8);
        var file = temp.Write("file", "keep"u8);
        Assert.Contains("exists", Assert.Throws<FolderException>(() => OutputFolder.Create(temp.PathTo("folder"))).Fault, StringComparison.Ordinal);
        Assert.Throws<FolderException>(() => OutputFolder.Create(file));
        Assert.Equal("keep"u8.ToArray(), File.ReadAllBytes(temp.PathTo("folder", "mine")));
    }

    [Fact]
    public void An_empty_folder_may_stand_in_the_place()
    {
        using var temp = new TempFolder();
        Directory.CreateDirectory(temp.PathTo("out"));
        using var output = OutputFolder.Create(temp.PathTo("out"));
        output.Write("a", []);
        output.Commit();
        Assert.Equal(["a"], FolderManifest.List(temp.PathTo("out")));
    }

    [Fact]
    public void A_copy_of_a_read_only_file_is_published_too()
    {
        using var temp = new TempFolder();
        var source = temp.Write("source", "x"u8);
        File.SetUnixFileMode(source, UnixFileMode.UserRead);
        using var output = OutputFolder.Create(temp.PathTo("out"));
        output.CopyIn(source, "a");
        output.Commit();
        Assert.Equal("x"u8.ToArray(), File.ReadAllBytes(temp.PathTo("out", "a")));
    }

    [Fact]
    public void A_name_that_leads_out_of_the_folder_is_the_callers_bug()
    {
        using var temp = new TempFolder();
        var source = temp.Write("source", "x"u8);
        using var output = OutputFolder.Create(temp.PathTo("out"));
        Assert.Throws<ArgumentException>(() => output.CopyIn(source, "../stray"));
        Assert.Throws<ArgumentException>(() => output.CopyIn(source, temp.PathTo("stray")));
        Assert.Throws<ArgumentException>(() => output.Write("a/../../stray", []));
        Assert.False(File.Exists(temp.PathTo("stray")));
    }

    [Fact]
    public void An_output_may_be_built_at_a_place_of_the_callers_and_appears_under_its_own_name()
    {
        using var temp = new TempFolder();
        temp.Write("workshop/result/old", "half"u8);
        Assert.Equal(temp.PathTo("out.partial"), OutputFolder.PartialOf(temp.PathTo("out")));
        using (var output = OutputFolder.CreateAt(temp.PathTo("workshop", "result"), temp.PathTo("out")))
        {
            output.Write("new", "whole"u8);
            output.Commit();
        }
        Assert.Equal(["new"], FolderManifest.List(temp.PathTo("out")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(temp.PathTo("workshop")));
        Assert.Throws<FolderException>(() => OutputFolder.CreateAt(temp.PathTo("workshop", "result"), temp.PathTo("out")));
    }
}
