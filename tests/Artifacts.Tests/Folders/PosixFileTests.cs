using Loragate.Testing;

namespace Loragate.Artifacts.Folders;

public sealed class PosixFileTests
{
    /// <summary>Which of the two it is depends on the file system.</summary>
    [Fact]
    public void A_clone_has_the_bytes_of_its_source_or_leaves_nothing()
    {
        using var temp = new TempFolder();
        var bytes = new byte[100_000];
        new Random(1).NextBytes(bytes);
        var (source, target) = (temp.Write("source", bytes), temp.PathTo("target"));
        var isCloned = PosixFile.TryClone(source, target);
        Assert.Equal(isCloned, File.Exists(target));
        if (!isCloned)
            return;
        File.WriteAllText(source, "changed");
        Assert.Equal(bytes, File.ReadAllBytes(target));
    }

    [Fact]
    public void A_clone_replaces_nothing()
    {
        using var temp = new TempFolder();
        var (source, target) = (temp.Write("source", "new"u8), temp.Write("target", "mine"u8));
        Assert.Throws<IOException>(() => PosixFile.TryClone(source, target));
        Assert.Equal("mine", File.ReadAllText(target));
    }

    [Fact]
    public void A_device_a_pipe_a_folder_and_a_link_are_no_regular_files()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Shell.Has("mkfifo"), "For Linux, with mkfifo.");
        using var temp = new TempFolder();
        Assert.True(PosixFile.IsRegular(temp.Write("file", "x"u8)));
        File.CreateSymbolicLink(temp.PathTo("link"), temp.PathTo("file"));
        Assert.Equal(0, Shell.Run("mkfifo", temp.Path, "pipe").ExitCode);
        foreach (var path in (string[])["/dev/null", "/dev/zero", temp.Path, temp.PathTo("link"), temp.PathTo("pipe")])
            Assert.False(PosixFile.IsRegular(path), path);
    }

    [Fact]
    public void An_open_file_is_told_from_another_that_took_its_place()
    {
        using var temp = new TempFolder();
        var path = temp.Write("file", "one"u8);
        using var open = File.OpenHandle(path);
        Assert.True(PosixFile.IsAt(open, path));
        File.Delete(path);
        Assert.False(PosixFile.IsAt(open, path));
        temp.Write("file", "one"u8);
        Assert.False(PosixFile.IsAt(open, path));
    }
}
