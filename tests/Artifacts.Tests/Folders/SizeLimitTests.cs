using Loragate.Testing;

namespace Loragate.Artifacts.Folders;

public sealed class SizeLimitTests
{
    [Fact]
    public void A_copy_that_a_full_disk_does_not_take_is_named_and_leaves_nothing()
    {
        using var temp = new TempFolder();
        var small = Directory.CreateDirectory(temp.PathTo("small")).FullName;
        var mount = Shell.Run("mount", "/", "-t", "tmpfs", "-o", "size=16k", "loragate", small);
        Assert.SkipUnless(mount.ExitCode == 0, $"A small file system may not be mounted: {mount.Error.Trim()}");
        try
        {
            var target = Path.Combine(small, "copy");
            var fault = Assert.Throws<IOException>(() => SizeLimit.Copy(temp.Write("large", new byte[1 << 20]), target));
            Assert.StartsWith(target, fault.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(target));
        }
        finally
        {
            Assert.Equal("", Shell.Run("umount", "/", small).Error);
        }
    }

    [Fact]
    public void A_copy_leaves_what_stands_at_its_target_alone()
    {
        using var temp = new TempFolder();
        var target = temp.Write("target", [1]);
        Assert.Throws<IOException>(() => SizeLimit.Copy(temp.Write("source", [2]), target));
        Assert.Equal([1], File.ReadAllBytes(target));
    }
}
