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
        temp.Write("f/old", "old"u8);
        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(temp.PathTo("f"), "new"u8));
        Assert.Equal("old"u8.ToArray(), File.ReadAllBytes(temp.PathTo("f", "old")));
        Assert.Equal(["f/old"], FolderManifest.List(temp.Path));
    }

    [Fact]
    public void Content_in_pieces_appears_whole_or_not_at_all()
    {
        using var temp = new TempFolder();
        AtomicFile.Write(temp.PathTo("f"), file =>
        {
            file.Write("one, "u8);
            file.Write("two"u8);
            Assert.False(File.Exists(temp.PathTo("f")));
        });
        Assert.Equal("one, two"u8.ToArray(), File.ReadAllBytes(temp.PathTo("f")));
        Assert.Throws<InvalidDataException>(() => AtomicFile.Write(temp.PathTo("f"), file =>
        {
            file.Write("three"u8);
            throw new InvalidDataException();
        }));
        Assert.Equal("one, two"u8.ToArray(), File.ReadAllBytes(temp.PathTo("f")));
        Assert.Equal(["f"], FolderManifest.List(temp.Path));
    }

    [Fact]
    public void Many_writers_at_once_leave_one_whole_file_and_nothing_beside_it()
    {
        using var temp = new TempFolder();
        byte[][] contents = [.. Enumerable.Range(0, 8).Select(i => Enumerable.Repeat((byte)i, 50_000 + i).ToArray())];
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i =>
        {
            AtomicFile.Write(temp.PathTo("f"), contents[i % contents.Length]);
            var seen = File.ReadAllBytes(temp.PathTo("f"));
            Assert.Contains(contents, content => content.AsSpan().SequenceEqual(seen));
        });
        Assert.Equal(["f"], FolderManifest.List(temp.Path));
    }

    [Fact]
    public void A_leftover_with_a_name_of_its_own_is_cleared_and_that_of_another_file_is_not()
    {
        using var temp = new TempFolder();
        temp.Write("f.0123456789abcdef.partial", "half"u8);
        temp.Write("g.0123456789abcdef.partial", "another's"u8);
        temp.Write("f.download.partial", "no name that a write takes"u8);
        AtomicFile.Write(temp.PathTo("f"), "new"u8);
        Assert.Equal(["f", "f.download.partial", "g.0123456789abcdef.partial"], FolderManifest.List(temp.Path));
    }

    [Fact]
    public void What_a_living_writer_holds_is_not_cleared()
    {
        using var temp = new TempFolder();
        var partial = temp.Write("f.0123456789abcdef.partial", "being written"u8);
        using (new FileStream(partial, FileMode.Open, FileAccess.Write, FileShare.Delete))
        {
            AtomicFile.Write(temp.PathTo("f"), "new"u8);
            Assert.True(File.Exists(partial));
        }
        AtomicFile.Write(temp.PathTo("f"), "new"u8);
        Assert.False(File.Exists(partial));
    }

    [Fact]
    public void The_longest_name_leaves_room_for_that_of_its_partial()
    {
        using var temp = new TempFolder();
        var name = new string('n', AtomicFile.LongestName);
        AtomicFile.OpenPartial(temp.PathTo(name)).Dispose();
        Assert.ThrowsAny<IOException>(() => AtomicFile.OpenPartial(temp.PathTo(name + "n")));
    }

    [Fact]
    public void A_folder_in_the_place_of_a_leftover_is_in_nobodys_way()
    {
        using var temp = new TempFolder();
        temp.Write("f.partial/precious", "x"u8);
        AtomicFile.Write(temp.PathTo("f"), "new"u8);
        Assert.Equal(["f", "f.partial/precious"], FolderManifest.List(temp.Path));
    }
}
