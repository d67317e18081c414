namespace Loragate.Artifacts.Folders;

/// <summary>Gathers the pieces of pages that come in parts, from either side of a page's middle, until a page is whole. Thread-safe.</summary>
/// <param name="pageBytes">Bytes of a page.</param>
internal sealed class PartialPages(int pageBytes)
{
    private readonly Dictionary<long, (byte[] Bytes, int Filled)> _pages = [];
    private readonly Lock _lock = new();

    /// <summary>The pages that lack something, with zeros there, and where they begin.</summary>
    public IReadOnlyList<(long Position, byte[] Page)> Left
    {
        get
        {
            lock (_lock)
                return [.. _pages.Select(page => (page.Key, page.Value.Bytes))];
        }
    }

    /// <summary>Adds a piece that lies within one page; each byte of a page comes once.</summary>
    /// <returns>The page, where this made it whole; it is forgotten here.</returns>
    /// <exception cref="InvalidOperationException">Some bytes of the page came twice.</exception>
    public byte[]? Add(long position, ReadOnlySpan<byte> piece)
    {
        var (start, offset) = (position / pageBytes * pageBytes, (int)(position % pageBytes));
        lock (_lock)
        {
            var (bytes, filled) = _pages.TryGetValue(start, out var page) ? page : (new byte[pageBytes], 0);
            if (filled + piece.Length > pageBytes)
                throw new InvalidOperationException($"Some bytes of the page at {start} were written twice.");
            piece.CopyTo(bytes.AsSpan(offset));
            if (filled + piece.Length < pageBytes)
            {
                _pages[start] = (bytes, filled + piece.Length);
                return null;
            }
            _pages.Remove(start);
            return bytes;
        }
    }
}
