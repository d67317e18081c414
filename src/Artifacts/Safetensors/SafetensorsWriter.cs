using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;
using Microsoft.Win32.SafeHandles;

namespace Loragate.Artifacts.Safetensors;

/// <summary>
/// Writes a safetensors file whose bytes depend on nothing but its tensors and metadata: tensors lie by falling type,
/// then by name (the reference library's order), the header lists them in that order behind sorted metadata, padded with spaces to eight bytes.
/// The header is written first, so tensors can be written by position and in any order.
/// </summary>
public sealed class SafetensorsWriter : IDisposable
{
    /// <summary>Bytes after which what lies in the system's cache is sent to the disk while more is computed: at the end there is less to wait for.</summary>
    private const long AheadBytes = 32 << 20;

    private readonly SafeFileHandle _handle;
    private readonly Lock _lock = new();
    private Task _ahead = Task.CompletedTask;
    private long _cached;
    private readonly Dictionary<string, TensorInfo> _byName;
    private readonly long _bufferStart;

    private SafetensorsWriter(SafeFileHandle handle, IReadOnlyList<TensorInfo> layout, byte[] header)
    {
        _handle = handle;
        _byName = layout.ToDictionary(t => t.Name, StringComparer.Ordinal);
        _bufferStart = header.Length;
        Layout = layout;
        Header = header;
    }

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<TensorInfo> Layout { get; }

    /// <summary>The bytes before the buffer: length field and padded header.</summary>
    public ReadOnlyMemory<byte> Header { get; }

    /// <summary>Creates the file with its final length and its header.</summary>
    /// <param name="path">A file that does not exist yet.</param>
    /// <param name="tensors">All tensors that will be written; names are distinct.</param>
    /// <param name="metadata">The <c>__metadata__</c> strings; empty for none.</param>
    public static SafetensorsWriter Create(string path, IEnumerable<TensorPlan> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var layout = LayOut(tensors);
        return Create(path, layout, WriteHeader(layout, metadata));
    }

    /// <summary>The bytes that a file of these tensors begins with: length field and padded header (<see cref="Header"/>).</summary>
    /// <param name="tensors">All tensors; names are distinct.</param>
    /// <param name="metadata">The <c>__metadata__</c> strings; empty for none.</param>
    public static byte[] HeaderOf(IEnumerable<TensorPlan> tensors, IReadOnlyDictionary<string, string> metadata) => WriteHeader(LayOut(tensors), metadata);

    /// <summary>Creates the file with a header as another file had it, so that the same tensors give that file again, byte for byte.</summary>
    /// <param name="path">A file that does not exist yet.</param>
    /// <param name="rawHeader">Length field and header (<see cref="SafetensorsFile.ReadRawHeader"/>).</param>
    /// <exception cref="SafetensorsException">The bytes are no header.</exception>
    public static SafetensorsWriter CreateLike(string path, byte[] rawHeader)
    {
        ArgumentNullException.ThrowIfNull(rawHeader);
        if (rawHeader.Length < 8 || BinaryPrimitives.ReadUInt64LittleEndian(rawHeader) != (ulong)rawHeader.Length - 8)
            throw new SafetensorsException(path, SafetensorsFault.TooShort, "the stored header has another length than it says");
        return Create(path, SafetensorsHeader.ParseAlone(rawHeader.AsMemory(8), path).Tensors, rawHeader);
    }

    private static SafetensorsWriter Create(string path, IReadOnlyList<TensorInfo> layout, byte[] header)
    {
        var length = header.Length + (layout.Count == 0 ? 0 : layout[^1].End);
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.RandomAccess);
        try
        {
            SetLength(handle, length, path);
            RandomAccess.Write(handle, header, 0);
            return new SafetensorsWriter(handle, layout, header);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Writes bytes of a tensor.</summary>
    /// <param name="name">A planned tensor.</param>
    /// <param name="offset">First byte within the tensor.</param>
    /// <param name="source">The bytes.</param>
    public void Write(string name, long offset, ReadOnlySpan<byte> source)
    {
        var tensor = _byName[name];
        if (offset < 0 || offset > tensor.Length - source.Length)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"The bytes lie outside tensor '{name}'.");
        RandomAccess.Write(_handle, source, _bufferStart + tensor.Start + offset);
        if (Interlocked.Add(ref _cached, source.Length) >= AheadBytes)
            FlushAhead();
    }

    /// <summary>Forces the bytes to the disk.</summary>
    /// <exception cref="IOException">The disk did not take them.</exception>
    public void Flush()
    {
        _ahead.GetAwaiter().GetResult();
        RandomAccess.FlushToDisk(_handle);
    }

    /// <summary>SHA-256 of the whole file, read through the handle that wrote it, whatever stands at the path by now.</summary>
    public Digest ComputeDigest(CancellationToken cancellationToken = default) =>
        Digest.OfBlocks((position, block) => RandomAccess.Read(_handle, block, position), cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        Task.WhenAny(_ahead).Wait();
        _handle.Dispose();
    }

    /// <summary>Starts to send what is cached to the disk, unless that goes on already; a fault is told by <see cref="Flush"/>.</summary>
    private void FlushAhead()
    {
        lock (_lock)
        {
            if (!_ahead.IsCompletedSuccessfully || Volatile.Read(ref _cached) < AheadBytes)
                return;
            Volatile.Write(ref _cached, 0);
            _ahead = Task.Factory.StartNew(() => RandomAccess.FlushToDisk(_handle), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    private static void SetLength(SafeFileHandle handle, long length, string path)
    {
        try
        {
            RandomAccess.SetLength(handle, length);
        }
        catch (ArgumentOutOfRangeException limit)
        {
            throw SizeLimit.Fault(path, limit);
        }
    }

    private static List<TensorInfo> LayOut(IEnumerable<TensorPlan> tensors)
    {
        var layout = new List<TensorInfo>();
        var position = 0L;
        foreach (var plan in tensors.OrderByDescending(t => t.DType).ThenBy(t => t.Name, StringComparer.Ordinal))
        {
            layout.Add(new TensorInfo(plan.Name, plan.DType, plan.Shape, position, position + plan.Length));
            position += plan.Length;
        }
        return layout;
    }

    private static byte[] WriteHeader(List<TensorInfo> layout, IReadOnlyDictionary<string, string> metadata)
    {
        var json = new ArrayBufferWriter<byte>();
        json.Write(new byte[8]);
        json.Write("{"u8);
        var separator = "";
        if (metadata.Count > 0)
        {
            WriteMetadata(json, metadata);
            separator = ",";
        }
        foreach (var tensor in layout)
        {
            json.Write(Encoding.ASCII.GetBytes(separator));
            CanonicalJson.WriteString(json, tensor.Name);
            var shape = string.Join(',', tensor.Shape);
            json.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $":{{\"dtype\":\"{tensor.DType}\",\"shape\":[{shape}],\"data_offsets\":[{tensor.Start},{tensor.End}]}}")));
            separator = ",";
        }
        json.Write("}"u8);
        while (json.WrittenCount % 8 != 0)
            json.Write(" "u8);
        var bytes = json.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)bytes.Length - 8);
        return bytes;
    }

    private static void WriteMetadata(ArrayBufferWriter<byte> json, IReadOnlyDictionary<string, string> metadata)
    {
        CanonicalJson.WriteString(json, SafetensorsHeader.MetadataKey);
        json.Write(":{"u8);
        var separator = "";
        foreach (var (key, value) in metadata.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            json.Write(Encoding.ASCII.GetBytes(separator));
            CanonicalJson.WriteString(json, key);
            json.Write(":"u8);
            CanonicalJson.WriteString(json, value);
            separator = ",";
        }
        json.Write("}"u8);
    }
}
