using System.Buffers.Binary;
using Loragate.Artifacts.Folders;
using Microsoft.Win32.SafeHandles;

namespace Loragate.Artifacts.Safetensors;

/// <summary>
/// An open safetensors file: the header is parsed strictly, tensors are read by position, never the whole file.
/// Reads are thread-safe.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const int LengthBytes = 8;

    private readonly SafeFileHandle _handle;
    private readonly Dictionary<string, TensorInfo> _byName;
    private readonly long _bufferStart;

    private SafetensorsFile(SafeFileHandle handle, SafetensorsHeader header, long bufferStart)
    {
        _handle = handle;
        _bufferStart = bufferStart;
        _byName = header.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
        Header = header;
    }

    /// <summary>The file's path.</summary>
    public string Path => Header.Place;

    /// <summary>The parsed header.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>Opens and checks a file; the tensors' bytes are not read.</summary>
    /// <exception cref="SafetensorsException">The file breaks a rule of the format.</exception>
    public static SafetensorsFile Open(string path)
    {
        PlainFile.CheckTarget(path);
        // Tensors are read from their first byte to their last: the system reads ahead while the bytes before are worked on.
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
        try
        {
            var (json, bufferStart, fileLength) = ReadHeader(handle, path);
            return new SafetensorsFile(handle, SafetensorsHeader.Parse(json, fileLength - bufferStart, path), bufferStart);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The tensor of that name, or null.</summary>
    public TensorInfo? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads bytes of a tensor.</summary>
    /// <param name="tensor">A tensor of this file.</param>
    /// <param name="offset">First byte within the tensor.</param>
    /// <param name="destination">Filled completely.</param>
    /// <exception cref="SafetensorsException">The file was cut short after it was opened.</exception>
    public void Read(TensorInfo tensor, long offset, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (offset < 0 || offset > tensor.Length - destination.Length)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "The bytes lie outside the tensor.");
        ReadExactly(_handle, destination, _bufferStart + tensor.Start + offset, Path);
    }

    /// <summary>Reads a whole tensor into memory; meant for small ones.</summary>
    public byte[] ReadAll(TensorInfo tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var bytes = new byte[checked((int)tensor.Length)];
        Read(tensor, 0, bytes);
        return bytes;
    }

    /// <summary>The bytes before the buffer as they lie on disk: length field and header.</summary>
    public byte[] ReadRawHeader()
    {
        var bytes = new byte[_bufferStart];
        ReadExactly(_handle, bytes, 0, Path);
        return bytes;
    }

    /// <summary>SHA-256 of the whole file, read from where the tensors are read, whatever stands at the path by now.</summary>
    public Digest ComputeDigest(CancellationToken cancellationToken = default) =>
        Digest.OfBlocks((position, block) => RandomAccess.Read(_handle, block, position), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static (byte[] Json, long BufferStart, long FileLength) ReadHeader(SafeFileHandle handle, string path)
    {
        var fileLength = RandomAccess.GetLength(handle);
        if (fileLength < LengthBytes)
            throw new SafetensorsException(path, SafetensorsFault.TooShort, $"{fileLength} bytes, shorter than the {LengthBytes} of the header length");
        Span<byte> lengthField = stackalloc byte[LengthBytes];
        ReadExactly(handle, lengthField, 0, path);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(lengthField);
        if (headerLength > SafetensorsHeader.MaxHeaderBytes)
        {
            var guess = lengthField.SequenceEqual("version "u8) ? " (this is a Git LFS pointer, not the file itself)" : lengthField.StartsWith("PK"u8) ? " (this is a zip archive)" : "";
            throw new SafetensorsException(path, SafetensorsFault.HeaderTooLarge, $"the header claims {headerLength} bytes, more than {SafetensorsHeader.MaxHeaderBytes}{guess}");
        }
        if ((long)headerLength > fileLength - LengthBytes)
            throw new SafetensorsException(path, SafetensorsFault.HeaderBeyondFile, $"the header claims {headerLength} bytes, the file has {fileLength - LengthBytes} left");
        var json = new byte[headerLength];
        ReadExactly(handle, json, LengthBytes, path);
        return (json, LengthBytes + (long)headerLength, fileLength);
    }

    private static void ReadExactly(SafeFileHandle handle, Span<byte> destination, long position, string path)
    {
        while (!destination.IsEmpty)
        {
            var count = RandomAccess.Read(handle, destination, position);
            if (count == 0)
                throw new SafetensorsException(path, SafetensorsFault.FileLength, $"the file ends at byte {position} while it is read");
            destination = destination[count..];
            position += count;
        }
    }
}
