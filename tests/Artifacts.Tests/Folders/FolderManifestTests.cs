using Loragate.Testing;

namespace Loragate.Artifacts.Folders;

public sealed class FolderManifestTests
{
    [Fact]
    public void Files_are_listed_by_path_with_size_and_digest()
    {
        using var temp = new TempFolder();
        temp.Write("b/c.txt", "one"u8);
        temp.Write("b.txt", "two"u8);
        temp.Write("B", []);
        var manifest = FolderManifest.Read(temp.Path);
        Assert.Equal([new("B", 0, Digest.Of([])), new("b.txt", 3, Digest.Of("two"u8)), new FileEntry("b/c.txt", 3, Digest.Of("one"u8))], manifest.Files);
    }

    [Fact]
    public void The_digest_binds_names_contents_and_places_but_not_the_order_of_creation()
    {
        Assert.Equal(DigestOf(("a", "1"), ("b", "2")), DigestOf(("b", "2"), ("a", "1")));
        string[] others =
        [
            DigestOf(("a", "1"), ("b", "2")).Hex,
            DigestOf(("a", "2"), ("b", "1")).Hex,
            DigestOf(("a", "1"), ("c", "2")).Hex,
            DigestOf(("a", "1"), ("b", "2"), ("c", "")).Hex,
            DigestOf(("a", "1"), ("x/b", "2")).Hex,
            DigestOf(("a", "12"), ("b", "")).Hex,
            DigestOf(("a", "1")).Hex,
            DigestOf().Hex,
        ];
        Assert.Equal(others.Length, others.Distinct().Count());
    }

    [Theory]
    [InlineData("line\nbreak")]
    [InlineData("bell\a")]
    [InlineData("back\\slash")]
    [InlineData("right\u202Eleft")]
    [InlineData("mark\u200F")]
    [InlineData("isolate\u2066")]
    [InlineData("c1\u0085")]
    public void A_name_that_people_would_misread_is_refused(string name)
    {
        using var temp = new TempFolder();
        temp.Write("good", []);
        temp.Write(name, []);
        Assert.Contains("name", Assert.Throws<FolderException>(() => FolderManifest.List(temp.Path)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_no_Unicode_is_refused()
    {
        using var temp = new TempFolder();
        var made = Shell.Run("/bin/sh", temp.Path, "-c", "printf x > \"$(printf 'bad\\377name')\"");
        Assert.SkipUnless(made.ExitCode == 0 && Directory.EnumerateFileSystemEntries(temp.Path).Any(), "the file system takes no such name");
        Assert.Throws<FolderException>(() => FolderManifest.List(temp.Path));
        Shell.Run("/bin/sh", temp.Path, "-c", "rm -f bad*");
    }

    [Theory]
    [InlineData("inside")]
    [InlineData("nowhere")]
    [InlineData("/etc/hostname")]
    [InlineData("..")]
    public void A_link_is_refused_wherever_it_points(string target)
    {
        using var temp = new TempFolder();
        temp.Write("folder/inside", "x"u8);
        File.CreateSymbolicLink(temp.PathTo("folder", "link"), target);
        var refusal = Assert.Throws<FolderException>(() => FolderManifest.Read(temp.PathTo("folder")));
        Assert.Contains(temp.PathTo("folder", "link"), refusal.Place, StringComparison.Ordinal);
        Assert.Contains("link", refusal.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_linked_folder_is_not_walked()
    {
        using var temp = new TempFolder();
        temp.Write("outside/secret", "x"u8);
        Directory.CreateDirectory(temp.PathTo("folder"));
        Directory.CreateSymbolicLink(temp.PathTo("folder", "link"), temp.PathTo("outside"));
        Assert.Throws<FolderException>(() => FolderManifest.List(temp.PathTo("folder")));
    }

    [Fact]
    public async Task A_pipe_is_refused_without_waiting_for_a_writer()
    {
        Assert.SkipUnless(Shell.Has("mkfifo"), "mkfifo is not installed.");
        using var temp = new TempFolder();
        Assert.Equal(0, Shell.Run("mkfifo", temp.Path, "pipe").ExitCode);
        var refusal = Task.Run(() => Assert.Throws<FolderException>(() => FolderManifest.Read(temp.Path)));
        Assert.Contains("neither a plain file", (await refusal.WaitAsync(TimeSpan.FromSeconds(20))).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_and_a_file_in_its_place_are_refused()
    {
        using var temp = new TempFolder();
        Assert.Throws<FolderException>(() => FolderManifest.Read(temp.PathTo("absent")));
        Assert.Throws<FolderException>(() => FolderManifest.Read(temp.Write("file", [])));
    }

    private static Digest DigestOf(params (string Name, string Content)[] files)
    {
        using var temp = new TempFolder();
        foreach (var (name, content) in files)
            temp.Write(name, System.Text.Encoding.UTF8.GetBytes(content));
        return FolderManifest.Read(temp.Path).Digest;
    }
}
