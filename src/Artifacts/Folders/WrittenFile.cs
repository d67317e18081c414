using Microsoft.Win32.SafeHandles;

namespace Loragate.Artifacts.Folders;

/// <summary>
/// A new file of known length whose bytes are written once each, by position and in any order. A large one goes past the system's cache where that can be: copying bytes there
/// and writing them back takes more processor time than hashing them, and pushes out what others read. Thread-safe.
/// </summary>
public sealed class WrittenFile : IDisposable
{
    /// <summary>From this length on the cache is passed by; whoever reads a smaller file soon after finds it there.</summary>
    private const long LargeBytes = 64 << 20;

    private readonly SafeFileHandle _file;
    private readonly long _length;
    private readonly UncachedWriter? _uncached;
    private readonly PartialPages _partial = new(UncachedWriter.PageBytes);

    private WrittenFile(SafeFileHandle file, long length, UncachedWriter? uncached) => (_file, _length, _uncached) = (file, length, uncached);

    /// <summary>Creates a file with its final length; a large one's place on the disk is taken at once, where the file system can.</summary>
    /// <param name="path">A file that does not exist yet.</param>
    /// <param name="length">Its bytes; what is not written is zero.</param>
    /// <exception cref="IOException">It exists, or cannot be as long.</exception>
    public static WrittenFile Create(string path, long length)
    {
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.RandomAccess, length < LargeBytes ? 0 : length);
        try
        {
            RandomAccess.SetLength(file, length);
            return new WrittenFile(file, length, length < LargeBytes ? null : UncachedWriter.TryOpen(file, path));
        }
        catch (ArgumentOutOfRangeException limit)
        {
            file.Dispose();
            throw SizeLimit.Fault(path, limit);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes bytes; the caller may use their memory again at once. They are in the file after <see cref="Flush"/> or <see cref="Dispose"/>.</summary>
    /// <exception cref="IOException">The disk does not take these, or did not take earlier ones.</exception>
    /// <exception cref="ArgumentOutOfRangeException">They lie outside the file.</exception>
    public void Write(long position, ReadOnlySpan<byte> source)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, _length - source.Length);
        if (_uncached is null)
        {
            RandomAccess.Write(_file, source, position);
            return;
        }
        var page = UncachedWriter.PageBytes;
        var head = (int)Math.Min(source.Length, (page - (position % page)) % page);
        var pages = (source.Length - head) / page * page;
        var first = Gather(position, source[..head]);
        _uncached.Write(first.Length > 0 ? position / page * page : position + head, first, source.Slice(head, pages));
        var last = Gather(position + head + pages, source[(head + pages)..]);
        _uncached.Write(position + head + pages, last, []);
    }

    /// <summary>Forces what was written to the disk.</summary>
    /// <exception cref="IOException">The disk did not take it.</exception>
    public void Flush()
    {
        _uncached?.Wait();
        WriteLeft();
        RandomAccess.FlushToDisk(_file);
    }

    /// <summary>Reads bytes as they were at the last <see cref="Flush"/>; returns how many, 0 at the end.</summary>
    public int Read(long position, Span<byte> block) => RandomAccess.Read(_file, block, position);

    /// <summary>Closes the file with all that was written in it; whether the disk took it, only <see cref="Flush"/> tells.</summary>
    public void Dispose()
    {
        if (_file.IsClosed)
            return;
        _uncached?.Dispose();
        try
        {
            WriteLeft();
        }
        catch (IOException)
        {
            // Told by a flush; whoever asked for none has no use for the file.
        }
        _file.Dispose();
    }

    /// <summary>Writes the pages that are not whole.</summary>
    private void WriteLeft()
    {
        foreach (var (position, page) in _partial.Left)
            RandomAccess.Write(_file, page.AsSpan(0, (int)Math.Min(page.Length, _length - position)), position);
    }

    /// <summary>Keeps a piece of a page; returns the page once it is whole.</summary>
    private ReadOnlySpan<byte> Gather(long position, ReadOnlySpan<byte> piece) => piece.Length == 0 ? [] : _partial.Add(position, piece);
}
