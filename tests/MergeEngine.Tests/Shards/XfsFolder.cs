using Loragate.Testing;

namespace Loragate.MergeEngine.Shards;

/// <summary>A folder on XFS, which shares blocks of files of any size: where temporary files lie, or else in a file of its own that is mounted. The test skips where neither is allowed.</summary>
internal sealed class XfsFolder : IDisposable
{
    /// <summary>Less than this mkfs.xfs refuses; the file is sparse and takes some megabytes.</summary>
    private const long Size = 320 << 20;

    private readonly TempFolder _temp = new();
    private readonly bool _isMounted;

    public XfsFolder()
    {
        try
        {
            _isMounted = !IsXfs(Path);
            if (_isMounted)
                Mount();
        }
        catch
        {
            _temp.Dispose();
            throw;
        }
    }

    private string Path => _temp.PathTo(_isMounted ? "mounted" : "");

    public string PathTo(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose()
    {
        if (_isMounted)
            Assert.Equal("", Shell.Run("umount", "/", Path).Error);
        _temp.Dispose();
    }

    private void Mount()
    {
        Assert.SkipUnless(Shell.Has("mkfs.xfs"), "Temporary files do not lie on XFS, and mkfs.xfs (xfsprogs) is not installed.");
        var image = _temp.PathTo("image");
        using (var file = File.Create(image))
            file.SetLength(Size);
        Assert.Equal(0, Shell.Run("mkfs.xfs", "/", "-q", image).ExitCode);
        Directory.CreateDirectory(Path);
        var mount = Shell.Run("mount", "/", "-o", "loop", image, Path);
        Assert.SkipUnless(mount.ExitCode == 0, $"Temporary files do not lie on XFS, and a file of it may not be mounted: {mount.Error.Trim()}");
        Assert.True(IsXfs(Path));
    }

    private static bool IsXfs(string path) => Shell.Run("stat", "/", "-f", "-c", "%T", path).Output.Trim() == "xfs";
}
