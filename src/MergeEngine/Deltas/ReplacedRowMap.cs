namespace Loragate.MergeEngine.Deltas;

/// <summary>Which rows of a tensor a replacement takes from where.</summary>
internal sealed class ReplacedRowMap
{
    private readonly Dictionary<long, long>? _sources;

    private ReplacedRowMap(Dictionary<long, long>? sources) => _sources = sources;

    /// <summary>The rows of a replacement: all, each from its own place, or some.</summary>
    public static ReplacedRowMap Of(Delta delta) => new((delta as ReplacedRows)?.Rows.Index().ToDictionary(p => p.Item, p => (long)p.Index));

    /// <summary>The adapter's row for a row of the tensor, or null where it stays.</summary>
    public long? Find(long row) => _sources is null ? row : _sources.TryGetValue(row, out var source) ? source : null;

    /// <summary>How many rows are replaced, of a tensor of so many.</summary>
    public long Count(long rows) => _sources?.Count ?? rows;

    /// <summary>The replaced rows in ascending order, of a tensor of so many.</summary>
    public IEnumerable<long> Ascending(int rows) => _sources is null ? Enumerable.Range(0, rows).Select(r => (long)r) : _sources.Keys.Order();
}
