using System.Buffers;
using System.Security.Cryptography;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;

namespace Loragate.Governance.Publication.Oci;

/// <summary>Writes a blob to a file, hashing on the way: what has another size or digest than its descriptor leaves no file.</summary>
internal static class BlobFile
{
    private const int BlockBytes = 1 << 20;

    /// <summary>Copies a stream that holds exactly the blob.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="blob">What they must be.</param>
    /// <param name="path">The file; one that stands there is replaced.</param>
    /// <param name="place">Where the bytes come from, for messages.</param>
    /// <param name="cancellationToken">Stops copying.</param>
    /// <exception cref="IntegrityException">Other bytes.</exception>
    /// <exception cref="BrokenSourceException">The bytes stopped coming.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static async Task WriteAsync(Stream source, Descriptor blob, string path, string place, CancellationToken cancellationToken)
    {
        // Several may write the same blob: each beside its place under a name of its own, and each rename puts the same bytes there.
        await using var target = AtomicFile.OpenPartial(path);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await CopyAsync(source, target, hash, blob, place, cancellationToken);
            if (Digest.FromHash(hash) != blob.Digest)
                throw new IntegrityException(place, $"the bytes are not the ones of {blob.Name}: the store is damaged, or hostile");
            target.Flush(flushToDisk: true);
            File.Move(target.Name, path, overwrite: true);
        }
        catch (ArgumentOutOfRangeException limit)
        {
            File.Delete(target.Name);
            throw SizeLimit.Fault(path, limit);
        }
        catch
        {
            File.Delete(target.Name);
            throw;
        }
    }

    private static async Task CopyAsync(Stream source, FileStream target, IncrementalHash hash, Descriptor blob, string place, CancellationToken cancellationToken)
    {
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            long copied = 0;
            while (await ReadAsync(source, block.AsMemory(0, BlockBytes), place, cancellationToken) is > 0 and var count)
            {
                copied += count;
                if (copied > blob.Size)
                    throw new IntegrityException(place, $"more bytes than the {blob.Size} of {blob.Name}: the store is damaged, or hostile");
                hash.AppendData(block, 0, count);
                await target.WriteAsync(block.AsMemory(0, count), cancellationToken);
            }
            if (copied < blob.Size)
                throw new BrokenSourceException($"{place}: {copied} of the {blob.Size} bytes of {blob.Name} came.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private static async ValueTask<int> ReadAsync(Stream source, Memory<byte> block, string place, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(block, cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new BrokenSourceException($"{place}: {e.Message}", e);
        }
    }
}
