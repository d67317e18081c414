using Loragate.Artifacts.Folders;
using Loragate.Governance.Publication;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

public sealed class PublishTests(FinishedDemo demo) : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Release => Path.Combine(demo.DossierOf("routing-good"), "release");

    [Fact]
    public void A_release_is_published_to_a_registry_and_pulled_on_another_machine()
    {
        Assert.SkipUnless(DockerRegistry.IsThere, "docker-registry is not installed.");
        using var registry = DockerRegistry.Start();
        var place = $"oci://{registry.Host}/adapters/routing";
        Executable.Must("keys", "new", "--type", "p256", "--output", _temp.PathTo("publisher.pem"));
        var digest = Executable.Must("publish", Release, "--to", $"{place}:1.0", "--plain-http", "--key", demo.PublicKey, "--vkey", demo.VKey, "--publisher-key", _temp.PathTo("publisher.pem")).Output.Trim();
        Executable.Must("pull", $"{place}:1.0", "--output", _temp.PathTo("by-tag"), "--plain-http", "--key", demo.PublicKey, "--vkey", demo.VKey);
        Executable.Must("pull", $"{place}@{digest}", "--output", _temp.PathTo("by-digest"), "--plain-http", "--key", demo.PublicKey, "--publisher", _temp.PathTo("publisher.pem.pub"));
        Assert.All((string[])["by-tag", "by-digest"], folder => Assert.Equal(FolderManifest.Read(Release).Digest, FolderManifest.Read(_temp.PathTo(folder)).Digest));
    }

    [Fact]
    public void A_registry_over_TLS_is_used_where_its_certificate_is_trusted_and_refused_where_not()
    {
        Assert.SkipUnless(DockerRegistry.IsThere, "docker-registry is not installed.");
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        var made = Shell.Run(
            "openssl", _temp.Path, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "tls.key", "-out", "tls.pem", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2");
        Assert.True(made.ExitCode == 0, made.Error);
        using var registry = DockerRegistry.StartTls(_temp.PathTo("tls.pem"), _temp.PathTo("tls.key"));
        string[] publish = ["publish", Release, "--to", $"oci://{registry.Host}/adapters/routing:1.0", "--key", demo.PublicKey];
        var refused = Executable.Run(publish);
        Assert.Equal(4, refused.ExitCode);
        Assert.Contains("certificate", refused.Error, StringComparison.Ordinal);
        ShellResult Trusting(params string[] arguments) => Shell.Run("env", AppContext.BaseDirectory, [$"SSL_CERT_FILE={_temp.PathTo("tls.pem")}", "dotnet", "loragate.dll", .. arguments]);
        var published = Trusting(publish);
        Assert.True(published.ExitCode == 0, published.Error);
        Assert.Equal(4, Executable.Run("pull", $"oci://{registry.Host}/adapters/routing:1.0", "--output", _temp.PathTo("out"), "--key", demo.PublicKey).ExitCode);
        var pulled = Trusting("pull", $"oci://{registry.Host}/adapters/routing:1.0", "--output", _temp.PathTo("out"), "--key", demo.PublicKey);
        Assert.True(pulled.ExitCode == 0, pulled.Error);
        Assert.Equal(FolderManifest.Read(Release).Digest, FolderManifest.Read(_temp.PathTo("out")).Digest);
    }

    [Fact]
    public void A_release_travels_as_an_image_layout()
    {
        Executable.Must("publish", Release, "--to", _temp.PathTo("layout"), "--tag", "1.0", "--key", demo.PublicKey);
        Executable.Must("pull", _temp.PathTo("layout"), "--tag", "1.0", "--output", _temp.PathTo("out"), "--key", demo.PublicKey, "--vkey", demo.VKey);
        Assert.Equal(FolderManifest.Read(Release).Digest, FolderManifest.Read(_temp.PathTo("out")).Digest);
    }

    [Fact]
    public void An_image_of_which_nobody_trusted_says_that_he_published_it_is_not_pulled_where_that_is_asked()
    {
        var (layout, mine, other) = (_temp.PathTo("layout"), _temp.PathTo("mine.pem"), _temp.PathTo("other.pem"));
        Executable.Must("keys", "new", "--type", "p384", "--output", mine);
        Executable.Must("keys", "new", "--type", "p256", "--output", other);
        string[] publish = ["publish", Release, "--to", layout, "--key", demo.PublicKey], pull = ["pull", layout, "--key", demo.PublicKey, "--output", _temp.PathTo("out"), "--publisher"];
        Executable.Must(publish);
        AssertRefused(Executable.Run([.. pull, mine + ".pub"]), "nobody states");
        Executable.Must([.. publish, "--publisher-key", other]);
        AssertRefused(Executable.Run([.. pull, mine + ".pub"]), "publication.sigstore.json");
        Executable.Must([.. publish, "--publisher-key", mine]);
        var before = Files.Of(layout);
        Executable.Must([.. publish, "--publisher-key", mine]);
        Assert.Equal(before, Files.Of(layout));
        Executable.Must([.. pull, mine + ".pub"]);
        Assert.Equal(FolderManifest.Read(Release).Digest, FolderManifest.Read(_temp.PathTo("out")).Digest);

        static void AssertRefused(ShellResult result, string words)
        {
            Assert.Equal(3, result.ExitCode);
            Assert.Contains(words, result.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("adapter/adapter_model.safetensors")]
    [InlineData("attestations/verdict.sigstore.json")]
    [InlineData("release.tlog-proof")]
    public void A_release_that_does_not_verify_is_not_published(string file)
    {
        var release = _temp.Copy(Release, "release");
        Files.FlipBit(Path.Combine(release, file), new Random(5));
        var result = Executable.Run("publish", release, "--to", _temp.PathTo("layout"), "--key", demo.PublicKey, "--vkey", demo.VKey);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(file, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temp.PathTo("layout")));
    }

    [Fact]
    public void What_is_no_release_is_not_published()
    {
        var result = Executable.Run("publish", Executable.Adapter("routing-damaged"), "--to", _temp.PathTo("layout"), "--key", demo.PublicKey);
        Assert.Equal(3, result.ExitCode);
        Assert.False(Directory.Exists(_temp.PathTo("layout")));
    }

    [Fact]
    public void Machines_read_what_was_published_and_pulled()
    {
        var published = Read<Published>(Executable.Must("publish", demo.DossierOf("routing-good"), "--to", _temp.PathTo("layout"), "--key", demo.PublicKey, "--json"));
        var pulled = Read<Pulled>(Executable.Must("pull", _temp.PathTo("layout"), "--output", _temp.PathTo("out"), "--key", demo.PublicKey, "--json"));
        Assert.Equal((true, published.Image, published.Adapter, published.AdapterDigest), (pulled.Holds, pulled.Image, pulled.Judgement!.Adapter, pulled.Judgement.AdapterDigest));
        Executable.Must("keys", "new", "--type", "p256", "--output", _temp.PathTo("other.pem"));
        var refused = Executable.Run("pull", _temp.PathTo("layout"), "--output", _temp.PathTo("none"), "--key", _temp.PathTo("other.pem.pub"), "--json");
        Assert.Equal(3, refused.ExitCode);
        Assert.True(Read<Pulled>(refused) is { Holds: false, Judgement: null, Findings: [_, ..] });

        static T Read<T>(ShellResult result)
            where T : Record => Record.Parse<T>(System.Text.Encoding.UTF8.GetBytes(result.Output.TrimEnd()), "stdout");
    }

    [Fact]
    public void What_does_not_verify_under_the_trusted_key_never_appears_under_its_name()
    {
        Executable.Must("publish", Release, "--to", _temp.PathTo("layout"), "--key", demo.PublicKey);
        Executable.Must("keys", "new", "--type", "p256", "--output", _temp.PathTo("other.pem"));
        var result = Executable.Run("pull", _temp.PathTo("layout"), "--output", _temp.PathTo("out"), "--key", _temp.PathTo("other.pem.pub"));
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("Does not hold", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temp.Path, "out*"));
    }

    [Fact]
    public void A_layout_whose_bytes_were_changed_is_a_breach_of_integrity()
    {
        Executable.Must("publish", Release, "--to", _temp.PathTo("layout"), "--key", demo.PublicKey);
        foreach (var blob in Files.Of(_temp.PathTo("layout")).Where(file => file.StartsWith("blobs/", StringComparison.Ordinal)).Select(file => _temp.PathTo("layout", file)))
            Files.FlipBit(blob, new Random(5));
        var result = Executable.Run("pull", _temp.PathTo("layout"), "--output", _temp.PathTo("out"), "--key", demo.PublicKey);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("the bytes are not the ones", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temp.Path, "out*"));
    }

    [Fact]
    public void A_disk_that_is_full_in_the_middle_of_a_pull_is_told_at_once_and_leaves_nothing()
    {
        Assert.SkipUnless(DockerRegistry.IsThere, "docker-registry is not installed.");
        using var registry = DockerRegistry.Start();
        var place = $"oci://{registry.Host}/adapters/routing:1.0";
        Executable.Must("publish", Release, "--to", place, "--plain-http", "--key", demo.PublicKey);
        string[] pull = ["pull", place, "--output", _temp.PathTo("out"), "--plain-http", "--key", demo.PublicKey];

        // The end comes in the middle of a file.
        var result = Executable.RunOnSmallDisk(100, pull);
        Assert.True(result.ExitCode == 4, $"{result.ExitCode}: {result.Error}");
        Assert.Contains("free space", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("connection", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temp.Path, "out*"));
        Executable.Must(pull);
        Assert.Equal(FolderManifest.Read(Release).Digest, FolderManifest.Read(_temp.PathTo("out")).Digest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("x/../y:z")]
    [InlineData(".hidden")]
    [InlineData("1.0\n")]
    public void What_is_no_tag_is_not_published_under(string tag)
    {
        var result = Executable.Run("publish", Release, "--to", _temp.PathTo("layout"), "--tag", tag, "--key", demo.PublicKey);
        Assert.Equal(64, result.ExitCode);
        Assert.Contains("no tag", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temp.PathTo("layout")));
    }

    [Fact]
    public void A_registry_that_does_not_answer_is_told_and_nothing_is_left()
    {
        var result = Executable.Run("pull", "oci://127.0.0.1:9/nothing:1", "--output", _temp.PathTo("out"), "--plain-http", "--key", demo.PublicKey);
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("127.0.0.1:9", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temp.Path, "out*"));
    }

    [Theory]
    [InlineData("oci://HOST/x", "image")]
    [InlineData("oci://host/x@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "publish under a tag")]
    public void A_place_that_cannot_be_published_to_is_refused(string place, string why)
    {
        var result = Executable.Run("publish", Release, "--to", place, "--tag", "1", "--key", demo.PublicKey);
        Assert.Contains(result.ExitCode, (int[])[4, 64]);
        Assert.Contains(place.Contains('@', StringComparison.Ordinal) ? "--tag goes with" : why, result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();
}
