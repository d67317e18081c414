using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Signing;
using Loragate.Testing;

namespace Loragate.Governance.Publication.Oci;

public sealed class ReleaseImageTests : IDisposable
{
    private readonly TestRelease _release = new();
    private readonly TempFolder _temp = new();

    private LayoutStore Layout => LayoutStore.OpenOrCreate(_temp.PathTo("layout"));

    [Fact]
    public async Task A_release_comes_out_of_a_layout_as_it_went_in()
    {
        var image = await PublishAsync("1.0");
        var fetched = await ReleaseImage.FetchAsync(LayoutStore.Open(_temp.PathTo("layout")), "1.0", _temp.PathTo("out"), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(image, fetched with { ArtifactType = image.ArtifactType });
        Assert.Equal(FolderManifest.Read(_release.Folder).Digest, FolderManifest.Read(_temp.PathTo("out")).Digest);
    }

    [Fact]
    public async Task The_same_release_is_the_same_image_and_a_tag_names_one()
    {
        var first = await PublishAsync("1.0");
        var index = File.ReadAllBytes(_temp.PathTo("layout", "index.json"));
        Assert.Equal(first, await PublishAsync("1.0"));
        Assert.Equal(index, File.ReadAllBytes(_temp.PathTo("layout", "index.json")));
        await PublishAsync("2.0");
        var tags = ImageIndex.Parse(File.ReadAllBytes(_temp.PathTo("layout", "index.json")), "index").Manifests.Select(manifest => manifest.Annotation(MediaTypes.Tag)).OfType<string>();
        Assert.Equal(["1.0", "2.0"], tags.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Signatures_verdict_and_report_refer_to_the_image()
    {
        var image = await PublishAsync("1.0");
        var types = (await Layout.GetReferrersAsync(image, TestContext.Current.CancellationToken)).Select(referrer => referrer.ArtifactType);
        string[] bundles = [ReleaseLayout.ModelSignature, ReleaseLayout.Verdict, ReleaseLayout.Merge, ReleaseLayout.Evaluation, ReleaseLayout.Seal];
        Assert.Equal([MediaTypes.Pdf, .. bundles.Select(_ => MediaTypes.SigstoreBundle)], types.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Skopeo_copies_the_layout_into_a_registry_and_the_release_comes_out_of_that()
    {
        Assert.SkipUnless(DockerRegistry.IsThere && Shell.Has("skopeo"), "docker-registry or skopeo is not installed.");
        await PublishAsync("1.0");
        using var registry = DockerRegistry.Start();
        var copied = Shell.Run("skopeo", _temp.Path, "copy", "--dest-tls-verify=false", "oci:layout:1.0", $"docker://{registry.Host}/copied:1.0");
        Assert.True(copied.ExitCode == 0, copied.Error);
        using var store = new RegistryStore(ImageReference.Parse($"oci://{registry.Host}/copied:1.0"), RegistryLogin.Anonymous, TimeProvider.System, plainHttp: true);
        await ReleaseImage.FetchAsync(store, "1.0", _temp.PathTo("out"), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(FolderManifest.Read(_release.Folder).Digest, FolderManifest.Read(_temp.PathTo("out")).Digest);
    }

    [Fact]
    public void A_folder_with_a_file_that_no_release_has_is_not_published()
    {
        _release.Write("notes.txt", "x"u8);
        Assert.Contains("notes.txt", Assert.Throws<FolderException>(Image).Place, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("adapter/../../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("adapter\\x")]
    [InlineData("adapter/\u202Efdp")]
    [InlineData("notes.txt")]
    [InlineData("adapter/")]
    [InlineData("")]
    public async Task A_layer_with_a_path_that_no_release_has_is_refused_before_anything_is_written(string path)
    {
        await ForgeAsync([("model.sig", "x"), (path, "x")]);
        var e = await Assert.ThrowsAsync<OciException>(() => ReleaseImage.FetchAsync(Layout, "forged", _temp.PathTo("out"), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("which no file of a release has", e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temp.PathTo("out")));
    }

    [Theory]
    [InlineData("adapter/a", "adapter/a")]
    [InlineData("adapter/a", "adapter/A")]
    public async Task Two_layers_of_one_path_are_refused(string first, string second)
    {
        await ForgeAsync([(first, "x"), (second, "y")]);
        var e = await Assert.ThrowsAsync<OciException>(() => ReleaseImage.FetchAsync(Layout, "forged", _temp.PathTo("out"), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("two layers have the path", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("adapter/a", "adapter/a/b", "is a file's and a folder's")]
    [InlineData("adapter/x/y", "adapter/X", "is a file's and a folder's")]
    [InlineData("model.sig", "adapter/NAME", "which no file of a release has")]
    public async Task Paths_that_no_file_system_can_hold_are_refused_with_the_images_name(string first, string second, string fault)
    {
        await ForgeAsync([(first, "x"), (second.Replace("NAME", new string('é', 200), StringComparison.Ordinal), "y")]);
        var e = await Assert.ThrowsAsync<OciException>(() => ReleaseImage.FetchAsync(Layout, "forged", _temp.PathTo("out"), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal("forged", e.Place);
        Assert.Contains(fault, e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temp.PathTo("out")));
    }

    [Theory]
    [InlineData("report.pdf", 1L << 30)]
    [InlineData("adapter/adapter_model.safetensors", 1L << 40)]
    [InlineData("adapter/adapter_model.safetensors", 1L << 52)]
    public async Task An_image_that_says_it_is_larger_than_any_release_is_refused_before_anything_is_fetched(string path, long size)
    {
        var store = Layout;
        Descriptor Layer(string file, long bytes) => new(MediaTypes.Document, Digest.Of([1]), bytes, null, new Dictionary<string, string> { [MediaTypes.FilePath] = file });
        await store.PutManifestAsync(new ImageManifest(MediaTypes.Model, Layer("config", 1), [Layer("model.sig", 1), Layer(path, size)]), "forged", TestContext.Current.CancellationToken);
        var e = await Assert.ThrowsAsync<OciException>(() => ReleaseImage.FetchAsync(store, "forged", _temp.PathTo("out"), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("bytes where", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_anybody_pushes_beside_an_image_stops_no_publishers_word()
    {
        var image = await PublishAsync("1.0");
        var files = FolderManifest.Read(_release.Folder).Files;
        using var publisher = new TestFolder();
        var scratch = Directory.CreateDirectory(_temp.PathTo("scratch")).FullName;
        var bundle = new PublicationBundle(Layout, image, files);

        // A manifest without artifactType, one that is none, and one whose blob is not there.
        foreach (var forged in (string[])["{}", "no JSON", $$$"""{"schemaVersion":2,"config":{"mediaType":"{{{MediaTypes.SigstoreBundle}}}","digest":"{{{image.Name}}}","size":1},"layers":[{"mediaType":"x","digest":"sha256:{{{new string('0', 64)}}}","size":1,"annotations":{"{{{MediaTypes.FilePath}}}":"publication.sigstore.json"}}],"subject":{"mediaType":"x","digest":"{{{image.Name}}}","size":1}}"""])
        {
            var bytes = Encoding.UTF8.GetBytes(forged);
            File.WriteAllBytes(Blob(Digest.Of(bytes)), bytes);
            var index = _temp.PathTo("layout", "index.json");
            var listed = Descriptor.Of(MediaTypes.Manifest, bytes) with { ArtifactType = MediaTypes.SigstoreBundle };
            File.WriteAllBytes(index, ImageIndex.Parse(File.ReadAllBytes(index), index).With(listed).ToBytes());
        }
        Assert.Contains("nobody states", Assert.Single(await bundle.VerifyAsync(new KeyTrust(publisher.Key.Public), scratch, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        await bundle.PutAsync(null, "adapter", new Signer(publisher.Key), scratch, TestContext.Current.CancellationToken);
        Assert.Empty(await bundle.VerifyAsync(new KeyTrust(publisher.Key.Public), scratch, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_changed_blob_manifest_or_index_of_a_layout_is_refused()
    {
        var image = await PublishAsync("1.0");
        var manifest = (await Layout.GetManifestAsync("1.0", TestContext.Current.CancellationToken)).Manifest;
        foreach (var file in (string[])[Blob(manifest.Layers[0].Digest), Blob(image.Digest), _temp.PathTo("layout", "index.json"), _temp.PathTo("layout", "oci-layout")])
        {
            var honest = File.ReadAllBytes(file);
            foreach (var forged in (byte[][])[[.. honest[..^1], (byte)(honest[^1] ^ 1)], [.. honest, (byte)'x'], honest[..^1], []])
            {
                File.WriteAllBytes(file, forged);
                var e = await Assert.ThrowsAnyAsync<Exception>(() => ReleaseImage.FetchAsync(LayoutStore.Open(_temp.PathTo("layout")), "1.0", _temp.PathTo("out"), cancellationToken: TestContext.Current.CancellationToken));
                Assert.True(file.Contains("blobs", StringComparison.Ordinal) ? e is IntegrityException : e is OciException, e.ToString());
            }
            File.WriteAllBytes(file, honest);
        }
    }

    [Theory]
    [InlineData("oci://host/name", "host", "name", "latest", false)]
    [InlineData("oci://host:5000/a/b-c.d:1.0", "host:5000", "a/b-c.d", "1.0", false)]
    [InlineData("oci://[::1]:5000/a:T_1", "[::1]:5000", "a", "T_1", false)]
    [InlineData("oci://host/a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "host", "a", null, true)]
    public void A_reference_is_read(string text, string host, string name, string? tag, bool hasDigest)
    {
        var reference = ImageReference.Parse(text);
        Assert.Equal((host, name, tag, hasDigest), (reference.Host, reference.Repository, reference.Tag, reference.Digest is not null));
    }

    [Theory]
    [InlineData("host/name")]
    [InlineData("oci://host")]
    [InlineData("oci://host/Name")]
    [InlineData("oci://host/../name")]
    [InlineData("oci://user@host/name")]
    [InlineData("oci://host/name:")]
    [InlineData("oci://host/name@sha512:00")]
    [InlineData("oci://host/name?x=y")]
    public void What_is_no_reference_is_refused(string text) => Assert.Throws<OciException>(() => ImageReference.Parse(text));

    public void Dispose()
    {
        _release.Dispose();
        _temp.Dispose();
    }

    private ReleaseImage Image() => ReleaseImage.Of(_release.Folder, Judgement.Of(_release.Decision));

    private async Task<Descriptor> PublishAsync(string tag)
    {
        var image = await Image().StoreAsync(Layout, cancellationToken: TestContext.Current.CancellationToken);
        await Image().TagAsync(Layout, tag, TestContext.Current.CancellationToken);
        return image;
    }

    private string Blob(Digest digest) => _temp.PathTo("layout", "blobs", "sha256", digest.Hex);

    private async Task ForgeAsync((string Path, string Content)[] layers)
    {
        var store = Layout;
        List<Descriptor> descriptors = [];
        foreach (var (path, content) in layers)
        {
            var bytes = Encoding.UTF8.GetBytes(content);
            var layer = Descriptor.Of(MediaTypes.Document, bytes) with { Annotations = new Dictionary<string, string> { [MediaTypes.FilePath] = path } };
            await store.PutBlobAsync(layer, () => new MemoryStream(bytes), TestContext.Current.CancellationToken);
            descriptors.Add(layer);
        }
        await store.PutManifestAsync(new ImageManifest(MediaTypes.Model, descriptors[0], descriptors), "forged", TestContext.Current.CancellationToken);
    }
}
