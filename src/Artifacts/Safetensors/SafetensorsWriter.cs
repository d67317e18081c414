using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;

namespace Loragate.Artifacts.Safetensors;

/// <summary>
/// Writes a safetensors file whose bytes depend on nothing but its tensors and metadata: tensors lie by falling type,
/// then by name (the reference library's order), the header lists them in that order behind sorted metadata, padded with spaces to eight bytes.
/// The header is written first, so tensors can be written by position and in any order.
/// </summary>
public sealed class SafetensorsWriter : IDisposable
{
    private readonly WrittenFile _file;
    private readonly Dictionary<string, TensorInfo> _byName;
    private readonly long _bufferStart;

    private SafetensorsWriter(WrittenFile file, IReadOnlyList<TensorInfo> layout, byte[] header)
    {
        _file = file;
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
        var file = WrittenFile.Create(path, length);
        try
        {
            file.Write(0, header);
            return new SafetensorsWriter(file, layout, header);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes bytes of a tensor, each once; they are in the file after <see cref="Flush"/> or <see cref="Dispose"/>.</summary>
    /// <param name="name">A planned tensor.</param>
    /// <param name="offset">First byte within the tensor.</param>
    /// <param name="source">The bytes.</param>
    /// <exception cref="IOException">The disk does not take these, or did not take earlier ones.</exception>
    public void Write(string name, long offset, ReadOnlySpan<byte> source)
    {
        var tensor = _byName[name];
        if (offset < 0 || offset > tensor.Length - source.Length)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"The bytes lie outside tensor '{name}'.");
        _file.Write(_bufferStart + tensor.Start + offset, source);
    }

    /// <summary>Forces the bytes to the disk.</summary>
    /// <exception cref="IOException">The disk did not take them.</exception>
    public void Flush() => _file.Flush();

    /// <summary>SHA-256 of the whole file as it was at the last <see cref="Flush"/>, read through the handle that wrote it, whatever stands at the path by now.</summary>
    public Digest ComputeDigest(CancellationToken cancellationToken = default) => Digest.OfBlocks(_file.Read, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

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
