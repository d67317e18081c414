using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Loragate.Artifacts.Folders;

/// <summary>
/// Writes whole pages of a file past the system's cache while the caller goes on: a few blocks of memory wait for the disk, and once all do, the caller waits as well. Thread-safe.
/// </summary>
internal sealed class UncachedWriter : IDisposable
{
    private const int Blocks = 8;
    private const int BlockBytes = (1 << 20) + (1 << 16);
    private const int Threads = 2;

    private readonly SafeFileHandle _cached;
    private readonly SafeFileHandle _uncached;
    private readonly string _path;
    private readonly BlockingCollection<Memory<byte>> _free = [];
    private readonly BlockingCollection<(long Position, Memory<byte> Block, int Length)> _filled = [];
    private readonly Task[] _writing;
    private readonly Lock _waiting = new();
    private volatile Exception? _fault;
    private bool _isDisposed;

    private UncachedWriter(SafeFileHandle cached, SafeFileHandle uncached, string path)
    {
        (_cached, _uncached, _path) = (cached, uncached, path);
        foreach (var block in PageAligned())
            _free.Add(block);
        _writing = [.. Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(WriteFilled, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    /// <summary>What positions and lengths are multiples of.</summary>
    public static int PageBytes => Environment.SystemPageSize;

    /// <summary>A writer to an open file, or null where nothing can pass the cache by.</summary>
    /// <param name="file">The file; it stays the caller's.</param>
    /// <param name="path">Its name, for messages.</param>
    public static UncachedWriter? TryOpen(SafeFileHandle file, string path) => PosixFile.TryOpenUncached(file) is { } uncached ? new UncachedWriter(file, uncached, path) : null;

    /// <summary>Takes whole pages that follow each other; they are on the disk after <see cref="Wait"/>.</summary>
    /// <param name="position">Where the first begins.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="others">Those behind it, which lie elsewhere in memory.</param>
    /// <exception cref="IOException">The disk did not take earlier ones.</exception>
    public void Write(long position, ReadOnlySpan<byte> first, ReadOnlySpan<byte> others)
    {
        while (first.Length + others.Length > 0)
        {
            ThrowFault();
            var block = _free.Take();
            var length = Move(ref first, block.Span);
            length += Move(ref others, block.Span[length..]);
            _filled.Add((position, block, length));
            position += length;
        }
    }

    /// <summary>Waits until the disk has what was taken.</summary>
    /// <exception cref="IOException">The disk did not take it.</exception>
    public void Wait()
    {
        // Once every block is free, none is on its way.
        lock (_waiting)
        {
            List<Memory<byte>> all = [.. Enumerable.Range(0, Blocks).Select(_ => _free.Take())];
            all.ForEach(_free.Add);
        }
        ThrowFault();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _filled.CompleteAdding();
        Task.WaitAll(_writing);
        _uncached.Dispose();
        _filled.Dispose();
        // A collection keeps what it holds even then, and whoever keeps a finished writer would keep its blocks.
        while (_free.TryTake(out _))
        {
        }
        _free.Dispose();
    }

    private static int Move(ref ReadOnlySpan<byte> source, Span<byte> target)
    {
        var length = Math.Min(source.Length, target.Length);
        source[..length].CopyTo(target);
        source = source[length..];
        return length;
    }

    private static IEnumerable<Memory<byte>> PageAligned()
    {
        var memory = GC.AllocateUninitializedArray<byte>(Blocks * BlockBytes + PageBytes, pinned: true);
        var start = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0) & (PageBytes - 1));
        return Enumerable.Range(0, Blocks).Select(i => memory.AsMemory(start + (i * BlockBytes), BlockBytes));
    }

    private void WriteFilled()
    {
        foreach (var (position, block, length) in _filled.GetConsumingEnumerable())
        {
            try
            {
                if (_fault is null)
                    Write(position, block.Span[..length]);
            }
            catch (Exception fault)
            {
                // Whatever it is: whoever waits for this block is told, and does not wait for ever.
                _fault = fault;
            }
            finally
            {
                _free.Add(block);
            }
        }
    }

    /// <summary>A write that is cut short, by a full disk, goes on at no page's beginning and fails as if the request were wrong; so do all of a file system that asks for more than pages. The cache takes them, or says what is the matter.</summary>
    private void Write(long position, Span<byte> pages)
    {
        try
        {
            RandomAccess.Write(_uncached, pages, position);
        }
        catch (IOException)
        {
            RandomAccess.Write(_cached, pages, position);
        }
    }

    private void ThrowFault()
    {
        if (_fault is { } fault)
            throw new IOException($"{_path}: {fault.Message}", fault);
    }
}
