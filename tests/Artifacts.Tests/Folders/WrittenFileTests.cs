using System.Globalization;
using Loragate.Testing;

namespace Loragate.Artifacts.Folders;

public sealed class WrittenFileTests
{
    /// <summary>Long enough to go past the system's cache, and no whole number of pages.</summary>
    private const int Large = (65 << 20) + 1234;

    [Theory]
    [InlineData(100_000, true)]
    [InlineData(Large, true)]
    [InlineData(Large, false)]
    public void Pieces_of_any_length_written_by_many_threads_in_any_order_make_the_file(int length, bool flushed)
    {
        using var temp = new TempFolder();
        var random = new Random(3);
        var bytes = new byte[length];
        random.NextBytes(bytes);
        int[] ends = [.. Enumerable.Range(0, 200).Select(_ => random.Next(length)).Append(0).Append(length).Order()];
        var pieces = ends.Zip(ends.Skip(1)).ToArray();
        random.Shuffle(pieces);
        using (var file = WrittenFile.Create(temp.PathTo("a"), length))
        {
            Parallel.ForEach(pieces, piece => file.Write(piece.First, bytes.AsSpan(piece.First, piece.Second - piece.First)));
            if (flushed)
                file.Flush();
        }
        Assert.Equal(bytes, File.ReadAllBytes(temp.PathTo("a")));
    }

    [Fact]
    public void A_large_file_is_on_the_disk_and_not_in_the_cache()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Shell.Has("fincore"), "For Linux, with fincore (util-linux).");
        using var temp = new TempFolder();
        var path = temp.PathTo("a");
        using (var file = WrittenFile.Create(path, Large))
        {
            using var again = File.OpenHandle(temp.Write("other", "x"u8), FileMode.Open, FileAccess.ReadWrite);
            using var uncached = PosixFile.TryOpenUncached(again);
            Assert.SkipWhen(uncached is null, "Where temporary files lie nothing can pass the cache by.");
            WriteAll(file);
            file.Flush();
        }
        var cached = Shell.Run("fincore", "/", "--bytes", "--noheadings", "--output", "RES", path);
        Assert.Equal(0, cached.ExitCode);
        Assert.InRange(long.Parse(cached.Output, CultureInfo.InvariantCulture), 0, Large / 10);
    }

    [Fact]
    public void A_disk_without_room_for_a_large_file_is_told_of_before_anything_is_written()
    {
        using var temp = new TempFolder();
        var small = Mounted(temp, "-t", "tmpfs", "-o", "size=8m", "loragate");
        try
        {
            var path = Path.Combine(small, "a");
            Assert.Contains(path, Assert.Throws<IOException>(() => WrittenFile.Create(path, Large)).Message, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFiles(small));
        }
        finally
        {
            Assert.Equal("", Shell.Run("umount", "/", small).Error);
        }
    }

    /// <summary>The second extended file system cannot take a file's place before its bytes come.</summary>
    [Fact]
    public void A_disk_that_fills_on_the_way_is_told_of_with_the_files_name_and_again_when_the_file_is_forced_to_it()
    {
        Assert.SkipUnless(Shell.Has("mkfs.ext2"), "mkfs.ext2 (e2fsprogs) is not installed.");
        using var temp = new TempFolder();
        var image = temp.PathTo("image");
        using (var file = File.Create(image))
            file.SetLength(16 << 20);
        Assert.Equal(0, Shell.Run("mkfs.ext2", "/", "-q", image).ExitCode);
        var small = Mounted(temp, "-o", "loop", image);
        try
        {
            var path = Path.Combine(small, "a");
            using var file = WrittenFile.Create(path, Large);
            var fault = Assert.Throws<IOException>(() => WriteAll(file));
            Assert.StartsWith(path, fault.Message, StringComparison.Ordinal);
            Assert.Contains("No space left", fault.Message, StringComparison.Ordinal);
            Assert.Throws<IOException>(file.Flush);
        }
        finally
        {
            Assert.Equal("", Shell.Run("umount", "/", small).Error);
        }
    }

    [Fact]
    public void Bytes_outside_a_file_and_a_part_of_a_page_that_comes_twice_are_refused()
    {
        using var temp = new TempFolder();
        using var file = WrittenFile.Create(temp.PathTo("a"), Large);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Write(Large - 1, [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Write(-1, [1]));
        var most = new byte[Environment.SystemPageSize - 1];
        file.Write(0, most);
        Assert.Throws<InvalidOperationException>(() => file.Write(0, most));
    }

    [Fact]
    public void A_file_that_is_there_is_never_written_over()
    {
        using var temp = new TempFolder();
        var path = temp.Write("a", "mine"u8);
        Assert.Throws<IOException>(() => WrittenFile.Create(path, 4));
        Assert.Equal("mine", File.ReadAllText(path));
    }

    private static void WriteAll(WrittenFile file)
    {
        for (var position = 100; position < Large; position += 1 << 20)
            file.Write(position, new byte[Math.Min(1 << 20, Large - position)]);
    }

    private static string Mounted(TempFolder temp, params string[] source)
    {
        var folder = Directory.CreateDirectory(temp.PathTo("small")).FullName;
        var mount = Shell.Run("mount", "/", [.. source, folder]);
        Assert.SkipUnless(mount.ExitCode == 0, $"A small file system may not be mounted: {mount.Error.Trim()}");
        return folder;
    }
}
