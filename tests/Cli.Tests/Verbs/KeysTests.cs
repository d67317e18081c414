using Loragate.Testing;

namespace Loragate.Cli.Verbs;

public sealed class KeysTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData("p256")]
    [InlineData("p384")]
    [InlineData("p521")]
    [InlineData("ed25519")]
    public void A_new_key_is_its_owners_alone_and_never_overwritten(string type)
    {
        var path = _temp.PathTo("key.pem");
        Executable.Must("keys", "new", "--type", type, "--output", path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        var (key, publicKey) = (File.ReadAllText(path), File.ReadAllText(path + ".pub"));
        Assert.Equal(4, Executable.Run("keys", "new", "--type", type, "--output", path).ExitCode);
        Assert.Equal(key, File.ReadAllText(path));
        Assert.Equal(publicKey, Executable.Must("keys", "show", path).Output);
        Assert.Equal(publicKey, Executable.Must("keys", "show", path + ".pub").Output);
        Assert.DoesNotContain("PRIVATE", publicKey, StringComparison.Ordinal);
    }

    [Fact]
    public void A_public_key_that_stands_there_is_not_overwritten_either()
    {
        var stranger = _temp.Write("key.pem.pub", "somebody else's"u8);
        Assert.Equal(4, Executable.Run("keys", "new", "--type", "p256", "--output", _temp.PathTo("key.pem")).ExitCode);
        Assert.Equal("somebody else's", File.ReadAllText(stranger));
        Assert.False(File.Exists(_temp.PathTo("key.pem")));
    }

    [Fact]
    public void A_key_that_others_can_read_is_refused()
    {
        var path = _temp.PathTo("key.pem");
        Executable.Must("keys", "new", "--type", "p256", "--output", path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var result = Executable.Run("sign", Executable.Adapter("routing-good"), "--key", path, "--output", _temp.PathTo("model.sig"));
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("chmod 600", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_public_key_where_a_private_one_is_meant_is_told_as_such()
    {
        var path = _temp.PathTo("key.pem");
        Executable.Must("keys", "new", "--type", "p256", "--output", path);
        File.SetUnixFileMode(path + ".pub", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        var result = Executable.Run("sign", Executable.Adapter("routing-good"), "--key", path + ".pub", "--output", _temp.PathTo("model.sig"));
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("This is the public half: give the private key", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("chmod", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_the_disk_does_not_take_leaves_nothing_and_is_made_when_there_is_room()
    {
        string[] arguments = ["keys", "new", "--type", "p256", "--output", _temp.PathTo("full.pem")];
        var result = Executable.RunOnSmallDisk(0, arguments);
        Assert.True(result.ExitCode == 4, $"{result.ExitCode}: {result.Error}");
        Assert.Contains("takes no file of this size", string.Join(' ', result.Error.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.False(File.Exists(_temp.PathTo("full.pem")));
        _ = Executable.Must(arguments);
    }

    public void Dispose() => _temp.Dispose();
}
