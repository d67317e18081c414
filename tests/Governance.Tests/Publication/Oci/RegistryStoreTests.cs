using System.Net;
using System.Net.Sockets;
using System.Text;
using Loragate.Artifacts;
using Loragate.Testing;

namespace Loragate.Governance.Publication.Oci;

/// <summary>Against Debian's docker-registry.</summary>
public sealed class RegistryStoreTests : IDisposable
{
    private const int Chunk = 1 << 20;
    private readonly TempFolder _temp = new();
    private readonly byte[] _content = new byte[(6 << 20) + 12345];

    public RegistryStoreTests()
    {
        Assert.SkipUnless(DockerRegistry.IsThere, "docker-registry is not installed.");
        new Random(20260115).NextBytes(_content);
    }

    private Descriptor Blob => Descriptor.Of("application/octet-stream", _content);

    [Fact]
    public async Task A_blob_is_sent_in_chunks_once_and_comes_back()
    {
        using var registry = DockerRegistry.Start();
        using var store = Store(registry.Host);
        Assert.True(await store.PutBlobAsync(Blob, Open, TestContext.Current.CancellationToken));
        Assert.False(await store.PutBlobAsync(Blob, () => throw new InvalidOperationException("it is there"), TestContext.Current.CancellationToken));
        await AssertComesBackAsync(store);
    }

    [Fact]
    public async Task An_upload_goes_on_where_the_connection_was_cut()
    {
        using var registry = new SpecificationRegistry(FreePort());
        using var wire = new CuttingProxy(registry.Port, cuts: 3, upBytes: Chunk * 2 / 3);
        using var store = Store(wire.Host);
        Assert.True(await store.PutBlobAsync(Blob, Open, TestContext.Current.CancellationToken));
        Assert.InRange(wire.Cuts, 2, 3);
        // What was on its way when a connection was cut is sent again: at most a chunk each time, and headers.
        Assert.InRange(wire.Sent, _content.Length, _content.Length + (4 * Chunk));
        await AssertComesBackAsync(store);
    }

    [Fact]
    public async Task A_registry_that_lost_a_broken_upload_gets_the_blob_again()
    {
        using var registry = DockerRegistry.Start();
        using var wire = new CuttingProxy(registry.Port, cuts: 3, upBytes: (5 << 20) / 2);
        using var store = Store(wire.Host);
        Assert.True(await store.PutBlobAsync(Blob, Open, TestContext.Current.CancellationToken));
        Assert.InRange(wire.Cuts, 2, 3);
        // Debian's registry forgets chunks with the one that broke: at worst all that went through a connection that was cut is sent again.
        Assert.InRange(wire.Sent, _content.Length, _content.Length + (3 * (5 << 20) / 2) + Chunk);
        await AssertComesBackAsync(store);
    }

    [Fact]
    public async Task A_download_is_begun_again_where_the_connection_was_cut()
    {
        using var registry = DockerRegistry.Start();
        using (var direct = Store(registry.Host))
            await direct.PutBlobAsync(Blob, Open, TestContext.Current.CancellationToken);
        using var wire = new CuttingProxy(registry.Port, cuts: 2, downBytes: 2 << 20);
        using var store = Store(wire.Host);
        await AssertComesBackAsync(store);
        Assert.Equal(2, wire.Cuts);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk)]
    public async Task Blobs_of_odd_sizes_are_stored(int size)
    {
        using var registry = DockerRegistry.Start();
        using var store = Store(registry.Host);
        var content = _content[..size];
        var blob = Descriptor.Of("application/octet-stream", content);
        await store.PutBlobAsync(blob, () => new MemoryStream(content), TestContext.Current.CancellationToken);
        await store.GetBlobAsync(blob, _temp.PathTo("back"), TestContext.Current.CancellationToken);
        Assert.Equal(content, File.ReadAllBytes(_temp.PathTo("back")));
    }

    [Fact]
    public async Task Content_that_is_not_what_it_is_called_is_refused_by_the_registry()
    {
        using var registry = DockerRegistry.Start();
        using var store = Store(registry.Host);
        var lie = Blob with { Digest = Digest.Of([1]) };
        Assert.Contains("refuses the blob", (await Assert.ThrowsAsync<OciException>(() => store.PutBlobAsync(lie, Open, TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_with_accounts_lets_in_whom_it_knows()
    {
        using var registry = DockerRegistry.Start(withAccounts: true);
        using var nobody = Store(registry.Host);
        Assert.Contains("asks for credentials", (await Assert.ThrowsAsync<OciException>(() => nobody.PutBlobAsync(Blob, Open, TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        using var stranger = Store(registry.Host, Login(registry.Host, "user:wrong"));
        Assert.Contains("does not let us in", (await Assert.ThrowsAsync<OciException>(() => stranger.PutBlobAsync(Blob, Open, TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        using var user = Store(registry.Host, Login(registry.Host, $"{DockerRegistry.User}:{DockerRegistry.Password}"));
        Assert.True(await user.PutBlobAsync(Blob, Open, TestContext.Current.CancellationToken));
        await AssertComesBackAsync(user);
    }

    [Fact]
    public async Task A_token_is_fetched_where_one_is_asked_for_and_a_busy_registry_is_waited_for()
    {
        using var registry = DockerRegistry.Start();
        using var guarded = new GuardedRegistry(registry.Host, FreePort(), asksForToken: true, busy: 3);
        using var store = Store(guarded.Host, Login(guarded.Host, "user:password"));
        Assert.True(await store.PutBlobAsync(Blob, Open, TestContext.Current.CancellationToken));
        await AssertComesBackAsync(store);
        Assert.Single(guarded.Authorizations, authorization => authorization.StartsWith("Basic", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1)]
    public async Task A_registry_that_is_busy_in_the_middle_of_an_upload_is_waited_for(int busy)
    {
        using var registry = new SpecificationRegistry(FreePort()) { Busy = busy };
        using var store = Store($"127.0.0.1:{registry.Port}");
        Assert.True(await store.PutBlobAsync(Blob, Open, TestContext.Current.CancellationToken));
        await AssertComesBackAsync(store);
    }

    [Fact]
    public async Task A_registry_that_is_busy_at_the_end_of_an_upload_is_waited_for()
    {
        using var registry = new SpecificationRegistry(FreePort()) { Busy = 2 };
        using var store = Store($"127.0.0.1:{registry.Port}");
        var nothing = Descriptor.Of("application/octet-stream", []);
        Assert.True(await store.PutBlobAsync(nothing, () => new MemoryStream(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_upload_that_is_lost_at_each_end_is_given_up()
    {
        using var registry = new SpecificationRegistry(FreePort()) { LostEnds = int.MaxValue };
        using var store = Store($"127.0.0.1:{registry.Port}");
        var fault = await Assert.ThrowsAsync<OciException>(() => store.PutBlobAsync(Blob, Open, TestContext.Current.CancellationToken));
        Assert.Contains("the registry is busy (504)", fault.Message, StringComparison.Ordinal);
        Assert.InRange(registry.Begun, 2, 21);
    }

    [Fact]
    public async Task An_upload_whose_end_was_lost_once_is_sent_again()
    {
        using var registry = new SpecificationRegistry(FreePort()) { LostEnds = 1 };
        using var store = Store($"127.0.0.1:{registry.Port}");
        Assert.True(await store.PutBlobAsync(Blob, Open, TestContext.Current.CancellationToken));
        Assert.Equal(2, registry.Begun);
        await AssertComesBackAsync(store);
    }

    [Fact]
    public async Task A_blob_that_came_although_its_end_was_answered_by_a_proxy_is_not_sent_again()
    {
        using var registry = new SpecificationRegistry(FreePort()) { LostEnds = int.MaxValue, KeepsLost = true };
        using var store = Store($"127.0.0.1:{registry.Port}");
        Assert.True(await store.PutBlobAsync(Blob, Open, TestContext.Current.CancellationToken));
        Assert.Equal(1, registry.Begun);
        await AssertComesBackAsync(store);
    }

    [Fact]
    public async Task A_registry_that_stays_busy_ends_an_upload_with_its_own_answer()
    {
        using var registry = new SpecificationRegistry(FreePort()) { Busy = int.MaxValue };
        using var store = Store($"127.0.0.1:{registry.Port}");
        var fault = await Assert.ThrowsAsync<OciException>(() => store.PutBlobAsync(Blob, Open, TestContext.Current.CancellationToken));
        Assert.Contains("the registry is busy (429)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_falls_silent_is_asked_again_and_not_waited_for_without_end()
    {
        using var registry = new SpecificationRegistry(FreePort()) { Stalls = 2 };
        using var store = Store($"127.0.0.1:{registry.Port}", silence: TimeSpan.FromSeconds(1));
        await store.PutBlobAsync(Blob, Open, TestContext.Current.CancellationToken);
        await AssertComesBackAsync(store);
        Assert.Equal(3, registry.Served);
    }

    [Fact]
    public async Task Whoever_takes_a_connection_and_says_nothing_is_told_to_be_silent()
    {
        var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        try
        {
            using var store = Store(mute.LocalEndpoint.ToString()!, silence: TimeSpan.FromMilliseconds(50));
            var fault = await Assert.ThrowsAsync<OciException>(() => store.GetManifestAsync("1", TestContext.Current.CancellationToken));
            Assert.Contains("the registry was silent for 0.1 seconds", fault.Message, StringComparison.Ordinal);
        }
        finally
        {
            mute.Stop();
        }
    }

    [Fact]
    public async Task A_place_that_takes_no_file_fetches_nothing_again()
    {
        using var registry = new SpecificationRegistry(FreePort());
        using var store = Store($"127.0.0.1:{registry.Port}");
        await store.PutBlobAsync(Blob, Open, TestContext.Current.CancellationToken);
        _temp.Write("back/in-the-way", "x"u8);
        await Assert.ThrowsAsync<IOException>(() => store.GetBlobAsync(Blob, _temp.PathTo("back"), TestContext.Current.CancellationToken));
        Assert.Equal(1, registry.Served);
        Assert.Empty(Directory.EnumerateFiles(_temp.Path, "*.partial"));
    }

    [Fact]
    public async Task What_refers_to_an_image_is_listed_under_the_fallback_tag_whoever_else_lists()
    {
        using var registry = DockerRegistry.Start();
        using var store = Store(registry.Host);
        var empty = Descriptor.Of(MediaTypes.Empty, "{}"u8);
        await store.PutBlobAsync(empty, () => new MemoryStream("{}"u8.ToArray()), TestContext.Current.CancellationToken);
        var image = await store.PutManifestAsync(new ImageManifest("x/image", empty, [empty]), "1", TestContext.Current.CancellationToken);
        Assert.Empty(await store.GetReferrersAsync(image, TestContext.Current.CancellationToken));
        var referrers = Enumerable.Range(0, 4).Select(i => new ImageManifest($"x/referrer{i}", empty, [empty], new Descriptor(image.MediaType, image.Digest, image.Size))).ToList();
        var put = await Task.WhenAll(referrers.Select(referrer => store.PutManifestAsync(referrer, null, TestContext.Current.CancellationToken)));
        await store.PutManifestAsync(referrers[0], null, TestContext.Current.CancellationToken);
        var listed = await store.GetReferrersAsync(image, TestContext.Current.CancellationToken);
        Assert.Equal(listed.Select(one => one.Digest).Distinct().Count(), listed.Count);
        Assert.Equal("x/referrer0", Assert.Single(listed, one => one.Digest == put[0].Digest).ArtifactType);
        Assert.Equal(image, (await store.GetManifestAsync("1", TestContext.Current.CancellationToken)).Descriptor with { ArtifactType = image.ArtifactType });
    }

    [Fact]
    public async Task A_registry_that_lists_referrers_itself_gets_no_fallback_tag()
    {
        using var registry = new SpecificationRegistry(FreePort());
        using var store = Store($"127.0.0.1:{registry.Port}");
        var empty = Descriptor.Of(MediaTypes.Empty, "{}"u8);
        var image = await store.PutManifestAsync(new ImageManifest("x/image", empty, [empty]), null, TestContext.Current.CancellationToken);
        var referrer = await store.PutManifestAsync(new ImageManifest("x/referrer", empty, [empty], new Descriptor(image.MediaType, image.Digest, image.Size)), null, TestContext.Current.CancellationToken);
        Assert.Equal(referrer, Assert.Single(await store.GetReferrersAsync(image, TestContext.Current.CancellationToken)));
        await Assert.ThrowsAsync<OciException>(() => store.GetManifestAsync($"sha256-{image.Digest}", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_registry_that_gives_other_bytes_than_it_was_asked_for_is_not_believed()
    {
        using var registry = new SpecificationRegistry(FreePort());
        using var store = Store($"127.0.0.1:{registry.Port}");
        var empty = Descriptor.Of(MediaTypes.Empty, "{}"u8);
        var image = await store.PutManifestAsync(new ImageManifest("x/image", empty, [empty]), "1", TestContext.Current.CancellationToken);
        await store.PutBlobAsync(Blob, Open, TestContext.Current.CancellationToken);
        registry.Replace(image.Name, new ImageManifest("x/other", empty, [empty]).ToBytes());
        registry.Replace(Blob.Name, new byte[_content.Length]);
        Assert.Contains("gives another manifest", (await Assert.ThrowsAsync<IntegrityException>(() => store.GetManifestAsync(image.Name, TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        Assert.Contains("the bytes are not the ones", (await Assert.ThrowsAsync<IntegrityException>(() => store.GetBlobAsync(Blob, _temp.PathTo("back"), TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        registry.Replace(Blob.Name, new byte[_content.Length + 1]);
        Assert.Contains("more bytes than", (await Assert.ThrowsAsync<IntegrityException>(() => store.GetBlobAsync(Blob, _temp.PathTo("back"), TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        registry.Replace("huge", new byte[ImageManifest.MaxBytes + 1]);
        Assert.Contains("more than", (await Assert.ThrowsAsync<OciException>(() => store.GetManifestAsync("huge", TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_temp.Path));
    }

    [Fact]
    public async Task An_image_that_is_not_there_and_a_registry_that_is_none_are_told()
    {
        using var registry = DockerRegistry.Start();
        using var store = Store(registry.Host);
        Assert.Contains("no such image", (await Assert.ThrowsAsync<OciException>(() => store.GetManifestAsync("nothing", TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();

    private static RegistryStore Store(string host, RegistryLogin? login = null, TimeSpan? silence = null) => new(ImageReference.Parse($"oci://{host}/a"), login ?? RegistryLogin.Anonymous, TimeProvider.System, plainHttp: true, Chunk, silence);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private RegistryLogin Login(string host, string account) =>
        RegistryLogin.Read(_temp.Write("config.json", Encoding.ASCII.GetBytes($"{{\"auths\":{{\"{host}\":{{\"auth\":\"{Convert.ToBase64String(Encoding.ASCII.GetBytes(account))}\"}}}}}}")));

    private MemoryStream Open() => new(_content, writable: false);

    private async Task AssertComesBackAsync(RegistryStore store)
    {
        await store.GetBlobAsync(Blob, _temp.PathTo("back"), TestContext.Current.CancellationToken);
        Assert.Equal(_content, File.ReadAllBytes(_temp.PathTo("back")));
    }
}
