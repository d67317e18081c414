using System.Net;

namespace Loragate.Governance.Publication.Oci;

/// <summary>Bytes on their way to a registry, which tells of each block that a connection took: as long as they go, nobody is silent.</summary>
internal sealed class ChunkContent(ReadOnlyMemory<byte> bytes) : HttpContent
{
    private const int BlockBytes = 64 << 10;

    /// <summary>Is called after each block.</summary>
    public Action? Sent { get; set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        for (var at = 0; at < bytes.Length; at += BlockBytes)
        {
            await stream.WriteAsync(bytes.Slice(at, Math.Min(BlockBytes, bytes.Length - at)), cancellationToken);
            Sent?.Invoke();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }
}
