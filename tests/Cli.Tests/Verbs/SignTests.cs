using Loragate.Testing;

namespace Loragate.Cli.Verbs;

public sealed class SignTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData("p256")]
    [InlineData("p384")]
    [InlineData("p521")]
    public void A_signed_folder_verifies_until_anything_in_it_changes(string type)
    {
        var (folder, key) = (_temp.Copy(Executable.Adapter("routing-good"), "adapter"), _temp.PathTo("key.pem"));
        Executable.Must("keys", "new", "--type", type, "--output", key);
        Executable.Must("sign", folder, "--key", key);
        Executable.Must("verify", folder, "--key", key + ".pub");
        var random = new Random(521);
        foreach (var file in Files.Of(folder))
        {
            var before = Files.FlipBit(Path.Combine(folder, file), random);
            AssertRefused(Executable.Run("verify", folder, "--key", key + ".pub"), file);
            File.WriteAllBytes(Path.Combine(folder, file), before);
        }
        var added = _temp.Write("adapter/added.bin", "x"u8);
        AssertRefused(Executable.Run("verify", folder, "--key", key + ".pub"), "added.bin");
        File.Delete(added);
        File.Delete(Path.Combine(folder, "adapter_config.json"));
        AssertRefused(Executable.Run("verify", folder, "--key", key + ".pub"), "adapter_config.json");
    }

    [Theory]
    [InlineData("p256")]
    [InlineData("p521")]
    public void A_folder_signed_by_certificate_verifies_under_its_root_at_its_time_only(string type)
    {
        var (folder, key) = (_temp.Copy(Executable.Adapter("routing-good"), "adapter"), _temp.PathTo("key.pem"));
        Executable.Must("keys", "new", "--type", type, "--output", key, "--self-signed", "Release, \"gate\"");
        Executable.Must("keys", "new", "--type", type, "--output", _temp.PathTo("other.pem"), "--self-signed", "Release, \"gate\"");
        Executable.Must("sign", folder, "--key", key, "--certificate", key + ".crt");
        Executable.Must("verify", folder, "--roots", key + ".crt");
        Executable.Must("verify", folder, "--roots", key + ".crt", "--at", $"{DateTime.UtcNow.AddYears(9):yyyy-MM-dd}");
        Assert.Equal(3, Executable.Run("verify", folder, "--roots", key + ".crt", "--at", "2001-02-03T04:05:06Z").ExitCode);
        Assert.Equal(3, Executable.Run("verify", folder, "--roots", _temp.PathTo("other.pem.crt")).ExitCode);
        Assert.Equal(3, Executable.Run("verify", folder, "--key", key + ".pub").ExitCode);
        Assert.Equal(4, Executable.Run("sign", folder, "--key", key, "--certificate", _temp.PathTo("other.pem.crt")).ExitCode);
    }

    [Fact]
    public void I_can_ask_what_the_reference_implementation_would_say()
    {
        var (folder, key) = (_temp.Copy(Executable.Adapter("routing-good"), "adapter"), _temp.PathTo("key.pem"));
        Executable.Must("keys", "new", "--type", "p256", "--output", key);
        Executable.Must("sign", folder, "--key", key);
        string[] verify = ["verify", folder, "--key", key + ".pub", "--compat"];
        Assert.Contains("model-signing 1.1.1 accepts it", Executable.Must(verify).Error, StringComparison.Ordinal);
        _temp.Write("adapter/added.bin", "x"u8);
        var refused = Executable.Run([.. verify, "--json"]);
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("'added.bin' is not signed; with --ignore_unsigned_files it accepts it", refused.Error, StringComparison.Ordinal);
        Assert.Contains("\"acceptsWith\":[\"--ignore_unsigned_files\"]", refused.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_over_another_folder_is_never_overwritten()
    {
        var (first, second, key) = (_temp.Copy(Executable.Adapter("routing-good"), "first"), _temp.Copy(Executable.Adapter("routing-good"), "second"), _temp.PathTo("key.pem"));
        Executable.Must("keys", "new", "--type", "p256", "--output", key);
        Executable.Must("sign", first, "--key", key);
        var refused = Executable.Run("sign", second, "--key", key);
        Assert.Equal(64, refused.ExitCode);
        Assert.Contains("is the signature over another folder, 'first', not over 'second'", refused.Error, StringComparison.Ordinal);
        Executable.Must("verify", first, "--key", key + ".pub");
        Executable.Must("sign", first, "--key", key);
        Executable.Must("sign", second, "--key", key, "--output", _temp.PathTo("second.sig"));
    }

    [Fact]
    public void Another_signers_signature_is_never_overwritten()
    {
        var folder = _temp.Copy(Executable.Adapter("routing-good"), "adapter");
        foreach (var name in (string[])["mine", "other"])
            Executable.Must("keys", "new", "--type", "p256", "--output", _temp.PathTo($"{name}.pem"), "--self-signed", name);
        Executable.Must("sign", folder, "--key", _temp.PathTo("other.pem"));
        var refused = Executable.Run("sign", folder, "--key", _temp.PathTo("mine.pem"));
        Assert.Equal(64, refused.ExitCode);
        Assert.Contains("model.sig is another signer's signature over this folder", refused.Error, StringComparison.Ordinal);
        Executable.Must("verify", folder, "--key", _temp.PathTo("other.pem.pub"));
        Executable.Must("sign", folder, "--key", _temp.PathTo("other.pem"), "--certificate", _temp.PathTo("other.pem.crt"));
        Executable.Must("verify", folder, "--roots", _temp.PathTo("other.pem.crt"));
    }

    [Fact]
    public void Another_key_vouches_for_nothing()
    {
        var folder = _temp.Copy(Executable.Adapter("routing-good"), "adapter");
        Executable.Must("keys", "new", "--type", "p256", "--output", _temp.PathTo("mine.pem"));
        Executable.Must("keys", "new", "--type", "p256", "--output", _temp.PathTo("other.pem"));
        Executable.Must("sign", folder, "--key", _temp.PathTo("other.pem"));
        Assert.Equal(3, Executable.Run("verify", folder, "--key", _temp.PathTo("mine.pem.pub")).ExitCode);
    }

    [Fact]
    public void A_folder_without_a_signature_is_a_usage_error()
    {
        Executable.Must("keys", "new", "--type", "p256", "--output", _temp.PathTo("key.pem"));
        Assert.Equal(64, Executable.Run("verify", _temp.Copy(Executable.Adapter("routing-good"), "adapter"), "--key", _temp.PathTo("key.pem.pub")).ExitCode);
    }

    [Fact]
    public void What_is_not_there_to_be_verified_is_malformed_input()
    {
        Executable.Must("keys", "new", "--type", "p256", "--output", _temp.PathTo("key.pem"));
        foreach (var arguments in new string[][] { [_temp.PathTo("nowhere")], [Executable.Adapter("routing-good"), "--signature", _temp.PathTo("nowhere")] })
        {
            var result = Executable.Run(["verify", .. arguments, "--key", _temp.PathTo("key.pem.pub")]);
            Assert.Equal(4, result.ExitCode);
            Assert.Contains($"{_temp.PathTo("nowhere")}: no such", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Machines_read_what_was_signed()
    {
        Executable.Must("keys", "new", "--type", "p256", "--output", _temp.PathTo("key.pem"));
        var result = Executable.Must("sign", Executable.Adapter("routing-good"), "--key", _temp.PathTo("key.pem"), "--output", _temp.PathTo("model.sig"), "--json");
        var signed = Artifacts.Records.Record.Parse<Governance.Signing.SignedFolder>(System.Text.Encoding.UTF8.GetBytes(result.Output.TrimEnd()), "stdout");
        Assert.Equal(("routing-good", Files.Of(Executable.Adapter("routing-good")).Count, Artifacts.Digest.OfFile(_temp.PathTo("model.sig"))), (signed.Name, signed.Files, signed.Bundle));
    }

    public void Dispose() => _temp.Dispose();

    private static void AssertRefused(ShellResult result, string file)
    {
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(file, result.Error, StringComparison.Ordinal);
    }
}
