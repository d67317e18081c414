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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void While_one_builds_an_output_another_is_refused_and_touches_nothing(bool resumes)
    {
        using var temp = new TempFolder();
        using (var output = OutputFolder.Create(temp.PathTo("out")))
        {
            output.Write("a", "one"u8);
            var refusal = Assert.Throws<FolderException>(() => resumes ? OutputFolder.Resume(temp.PathTo("out")) : OutputFolder.Create(temp.PathTo("out")));
            Assert.Contains("another process", refusal.Fault, StringComparison.Ordinal);
            output.Commit();
        }
        Assert.Equal(["a"], FolderManifest.List(temp.PathTo("out")));
        Assert.Equal(["out"], Directory.EnumerateFileSystemEntries(temp.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Once_the_first_is_cleared_the_next_may_begin()
    {
        using var temp = new TempFolder();
        OutputFolder.Create(temp.PathTo("out")).Dispose();
        using var output = OutputFolder.Create(temp.PathTo("out"));
        output.Commit();
        Assert.Equal(["out"], Directory.EnumerateFileSystemEntries(temp.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void What_a_killed_process_left_of_the_lock_holds_nobody_up()
    {
        using var temp = new TempFolder();
        temp.Write("out.lock.partial", []);
        using var output = OutputFolder.Create(temp.PathTo("out"));
        output.Commit();
        Assert.Equal(["out"], Directory.EnumerateFileSystemEntries(temp.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_link_in_the_locks_place_is_refused_and_not_followed()
    {
        using var temp = new TempFolder();
        File.CreateSymbolicLink(temp.PathTo("out.lock.partial"), temp.PathTo("elsewhere"));
        Assert.Contains("symbolic link", Assert.Throws<FolderException>(() => OutputFolder.Create(temp.PathTo("out"))).Fault, StringComparison.Ordinal);
        Assert.False(File.Exists(temp.PathTo("elsewhere")));
    }

    [Fact]
    public void A_lock_that_cannot_be_made_is_not_taken_for_another_process()
    {
        using var temp = new TempFolder();
        Assert.Throws<PathTooLongException>(() => OutputFolder.Create(temp.PathTo(new string('x', 250))));
    }

    [Fact]
    public void An_output_may_be_built_beside_what_its_caller_keeps_until_it_is_in_place()
    {
        using var temp = new TempFolder();
        temp.Write("out.partial/result/old", "half"u8);
        temp.Write("out.partial/state", "the caller's"u8);
        using (var claim = OutputFolder.Claim(temp.PathTo("out")))
        {
            using var output = OutputFolder.CreateWithin(claim, "result");
            output.Write("new", "whole"u8);
            Assert.Throws<FolderException>(() => OutputFolder.Create(temp.PathTo("out")));
            output.Commit();
        }
        Assert.Equal(["new"], FolderManifest.List(temp.PathTo("out")));
        Assert.Equal(["state"], FolderManifest.List(temp.PathTo("out.partial")));
    }

    [Fact]
    public void What_other_work_keeps_beside_its_output_is_not_cleared()
    {
        using var temp = new TempFolder();
        using (var claim = OutputFolder.Claim(temp.PathTo("out")))
            claim.Keep("training");
        temp.Write("out.partial/state", "the training's"u8);
        var fault = Assert.Throws<FolderException>(() => OutputFolder.Create(temp.PathTo("out")));
        Assert.Contains("holds what an interrupted training has come to", fault.Message, StringComparison.Ordinal);
        Assert.Throws<FolderException>(() => OutputFolder.Resume(temp.PathTo("out")));
        Assert.True(File.Exists(temp.PathTo("out.partial", "state")));
        Assert.False(File.Exists(temp.PathTo("out.lock.partial")));
    }
}
