using System.IO.Pipelines;
using Loragate.Testing;

namespace Loragate.Governance.Publication.Oci;

public sealed class LayoutStoreTests : IDisposable
{
    private static readonly Descriptor Empty = Descriptor.Of(MediaTypes.Empty, "{}"u8);

    private readonly TempFolder _temp = new();

    private string Folder => _temp.PathTo("layout");

    [Fact]
    public async Task Of_several_who_publish_at_once_nobody_loses_an_image()
    {
        var names = Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"v{i}")).ToList();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, async (name, cancellationToken) =>
        {
            var store = LayoutStore.OpenOrCreate(Folder);
            await store.PutManifestAsync(new ImageManifest($"x/{name}", Empty, [Empty]), name, cancellationToken);
        });
        foreach (var name in names)
            Assert.Equal($"x/{name}", (await LayoutStore.Open(Folder).GetManifestAsync(name, TestContext.Current.CancellationToken)).Manifest.ArtifactType);
    }

    [Fact]
    public async Task Of_several_who_make_a_layout_at_once_nobody_takes_it_for_something_else()
    {
        for (var round = 0; round < 60; round++)
        {
            var folder = _temp.PathTo(FormattableString.Invariant($"layout{round}"));
            await Parallel.ForEachAsync(Enumerable.Range(0, 8), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, async (i, cancellationToken) =>
                await LayoutStore.OpenOrCreate(folder).PutManifestAsync(new ImageManifest("x/image", Empty, [Empty]), FormattableString.Invariant($"v{i}"), cancellationToken));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_writes_a_blob_that_another_is_writing_disturbs_nobody(bool firstEndsWell)
    {
        var bytes = new byte[300_000];
        new Random(1).NextBytes(bytes);
        var blob = Descriptor.Of("x/blob", bytes);
        var store = LayoutStore.OpenOrCreate(Folder);
        var slow = new Pipe();
        var first = store.PutBlobAsync(blob, () => slow.Reader.AsStream(), TestContext.Current.CancellationToken);
        await slow.Writer.WriteAsync(bytes.AsMemory(0, 1000), TestContext.Current.CancellationToken);
        Assert.Single(Directory.EnumerateFiles(Folder, "*.partial", SearchOption.AllDirectories));

        Assert.True(await store.PutBlobAsync(blob, () => new MemoryStream(bytes), TestContext.Current.CancellationToken));
        if (firstEndsWell)
        {
            var rest = slow.Writer.WriteAsync(bytes.AsMemory(1000), TestContext.Current.CancellationToken).AsTask();
            await Task.WhenAny(rest, first);
            await slow.Writer.CompleteAsync();
            Assert.True(await first);
        }
        else
        {
            await slow.Writer.CompleteAsync(new IOException("The wire broke."));
            await Assert.ThrowsAnyAsync<Exception>(() => first);
        }
        await store.GetBlobAsync(blob, _temp.PathTo("got"), TestContext.Current.CancellationToken);
        Assert.Equal(bytes, File.ReadAllBytes(_temp.PathTo("got")));
        Assert.Empty(Directory.EnumerateFiles(Folder, "*.partial", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_a_killed_writer_left_of_a_blob_is_cleared_by_the_next()
    {
        var store = LayoutStore.OpenOrCreate(Folder);
        _temp.Write($"layout/blobs/sha256/{Empty.Digest.Hex}.0123456789abcdef.partial", "{"u8);
        Assert.True(await store.PutBlobAsync(Empty, () => new MemoryStream("{}"u8.ToArray()), TestContext.Current.CancellationToken));
        Assert.Empty(Directory.EnumerateFiles(Folder, "*.partial", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_layout_that_a_killed_process_began_to_make_is_made_to_its_end(bool withIndex)
    {
        Directory.CreateDirectory(_temp.PathTo("layout", "blobs", "sha256"));
        if (withIndex)
        {
            _temp.Write("layout/index.json", new ImageIndex([]).ToBytes());
            _temp.Write("layout/oci-layout.0123456789abcdef.partial", "{"u8);
        }
        var image = await LayoutStore.OpenOrCreate(Folder).PutManifestAsync(new ImageManifest("x/image", Empty, [Empty]), "1", TestContext.Current.CancellationToken);
        Assert.Equal(image.Digest, (await LayoutStore.Open(Folder).GetManifestAsync("1", TestContext.Current.CancellationToken)).Descriptor.Digest);
    }

    [Theory]
    [InlineData("notes.txt", "mine")]
    [InlineData("blobs/sha256/0123", "mine")]
    [InlineData("index.json", "{}")]
    public void A_folder_with_anything_of_somebody_elses_is_refused_and_left_as_it_is(string file, string content)
    {
        _temp.Write($"layout/{file}", System.Text.Encoding.ASCII.GetBytes(content));
        Assert.Contains("something else is there", Assert.Throws<OciException>(() => LayoutStore.OpenOrCreate(Folder)).Message, StringComparison.Ordinal);
        Assert.Equal([_temp.PathTo("layout", file)], Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories));
    }

    public void Dispose() => _temp.Dispose();
}
