using Loragate.Artifacts;
using Loragate.Testing;

namespace Loragate.Governance.Ledger;

public sealed class LedgerTamperTests
{
    [Fact]
    public void Any_changed_byte_is_refused_and_its_file_named()
    {
        using var test = new TestLedger();
        foreach (var number in Enumerable.Range(0, 5))
            test.Append(number);
        var files = test.Files();
        Assert.Equal(11, files.Count);
        foreach (var (name, bytes) in files)
        {
            for (var i = 0; i < bytes.Length; i++)
                AssertRefused(test, name, Changed(bytes, i), $"byte {i}");
        }
        Assert.True(test.Verify().IsValid);
    }

    [Fact]
    public void Any_missing_shortened_or_lengthened_file_is_refused_and_named()
    {
        using var test = new TestLedger();
        test.Append(Enumerable.Range(0, 257));
        foreach (var (name, bytes) in test.Files())
        {
            AssertRefused(test, name, bytes[..^1], "shortened");
            AssertRefused(test, name, [.. bytes, 0], "lengthened");
            AssertRefused(test, name, [], "emptied");
            File.Delete(Path.Combine(test.Ledger.Path, name));
            Assert.Equal(name, test.Verify().Fault?.Place);
            File.WriteAllBytes(Path.Combine(test.Ledger.Path, name), bytes);
        }
        Assert.True(test.Verify().IsValid);
    }

    [Theory]
    [InlineData("tile/0/000.p/005")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/00")]
    [InlineData("tile/00/000")]
    [InlineData("tile/8/000")]
    [InlineData("tile/0/x000/000")]
    [InlineData("tile/0/999999999999999999999")]
    [InlineData("tile/readme")]
    [InlineData("tile/0/000.p/5.partial")]
    public void A_file_that_is_none_of_a_ledgers_is_refused_among_the_tiles(string name)
    {
        using var test = new TestLedger();
        test.Append(0, 1, 2);
        test.Temp.Write(Path.Combine("ledger", name), [1, 2, 3]);
        Assert.Equal(name, test.Verify().Fault?.Place);
        Assert.False(TileName.TryParse(name, out _));
    }

    [Fact]
    public void Links_and_pipes_in_place_of_files_are_refused()
    {
        using var test = new TestLedger();
        test.Append(0, 1, 2);
        var tile = Path.Combine(test.Ledger.Path, "tile", "0", "000.p", "3");
        File.Move(tile, test.Temp.PathTo("elsewhere"));
        File.CreateSymbolicLink(tile, test.Temp.PathTo("elsewhere"));
        Assert.Equal("tile/0/000.p/3", test.Verify().Fault?.Place);
        File.Delete(tile);
        Shell.Run("mkfifo", test.Temp.Path, tile);
        Assert.Equal("tile/0/000.p/3", test.Verify().Fault?.Place);
        File.Delete(tile);
        File.Move(test.Temp.PathTo("elsewhere"), tile);
        Directory.CreateSymbolicLink(Path.Combine(test.Ledger.Path, "tile", "1"), test.Ledger.Path);
        Assert.Equal("tile/1", test.Verify().Fault?.Place);
    }

    [Theory]
    [InlineData("notes.txt")]
    [InlineData("blobs/sha256/notes")]
    [InlineData(".state/notes")]
    public void A_private_key_anywhere_in_the_ledger_is_refused_and_other_files_are_told(string name)
    {
        using var test = new TestLedger();
        test.Append(0);
        test.Temp.Write(Path.Combine("ledger", name), "notes"u8);
        Assert.True(test.Verify().IsValid);
        Assert.Contains(name, Assert.Single(test.Verify().Warnings), StringComparison.Ordinal);
        test.Temp.Write(Path.Combine("ledger", name), File.ReadAllBytes(test.Temp.PathTo("ledger.key")));
        Assert.Equal(name, test.Verify().Fault?.Place);
    }

    [Fact]
    public void A_name_cannot_forge_the_message_around_it()
    {
        using var test = new TestLedger();
        test.Append(0);
        test.Temp.Write(Path.Combine("ledger", "tile", "\u001b[2Kgood\u202E"), [1]);
        Assert.Equal("tile/\\u001b[2Kgood\\u202e", test.Verify().Fault?.Place);
    }

    private static void AssertRefused(TestLedger test, string name, byte[] content, string how)
    {
        var path = Path.Combine(test.Ledger.Path, name);
        var original = File.ReadAllBytes(path);
        File.WriteAllBytes(path, content);
        var result = test.Verify();
        Assert.False(result.IsValid, $"{name}, {how}: accepted");
        Assert.True(name == result.Fault?.Place, $"{name}, {how}: blamed was {result.Fault}");
        File.WriteAllBytes(path, original);
    }

    [Theory]
    [InlineData(".state/new", false)]
    [InlineData(".state", true)]
    [InlineData(".state/set-aside", true)]
    [InlineData("tile", true)]
    public void A_link_that_somebody_put_into_a_ledger_leads_no_byte_out_of_it(string name, bool isRefused)
    {
        using var test = new TestLedger();
        var victim = isRefused ? Directory.CreateDirectory(test.Temp.PathTo("victim")).FullName : test.Temp.Write("victim/file", "untouched"u8);
        var link = test.Temp.PathTo("ledger", name);
        if (Directory.Exists(link))
            Directory.Delete(link, recursive: true);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, victim);
        if (isRefused)
        {
            Assert.Contains("a link", Assert.Throws<IntegrityException>(() => test.Append(1)).Message, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFileSystemEntries(victim));
            return;
        }
        test.Append(1);
        Assert.Equal("untouched"u8, File.ReadAllBytes(victim));
        Assert.True(test.Verify().IsValid);
    }

    private static byte[] Changed(byte[] bytes, int index)
    {
        var copy = bytes.ToArray();
        copy[index] ^= 1;
        return copy;
    }
}
