using System.Collections;
using System.Collections.Concurrent;

namespace Loragate.Artifacts.Adapters;

/// <summary>
/// Values by module pattern, in file order: the first match holds. Each expression is compiled once and asked once for a module; those that match one
/// text alone, as files with an entry for every module have, are looked up.
/// </summary>
/// <typeparam name="T">The values.</typeparam>
public sealed class ModulePatterns<T> : IReadOnlyList<KeyValuePair<string, T>>
{
    private readonly List<KeyValuePair<string, T>> _entries;
    private readonly List<(int Index, ModulePattern Pattern)> _expressions = [];
    private readonly Dictionary<string, int> _paths = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _ends = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _known = new(StringComparer.Ordinal);

    /// <summary>Takes usable patterns.</summary>
    public ModulePatterns(IEnumerable<KeyValuePair<string, T>> entries)
    {
        _entries = [.. entries];
        for (var index = 0; index < _entries.Count; index++)
        {
            var pattern = _entries[index].Key;
            if (ModulePattern.LiteralOf(pattern) is { } literal)
                (literal.IsWhole ? _paths : _ends).TryAdd(literal.Text, index);
            else
                _expressions.Add((index, new ModulePattern(pattern)));
        }
    }

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public KeyValuePair<string, T> this[int index] => _entries[index];

    /// <summary>The value of a module; another one where no pattern matches.</summary>
    public T Find(string module, T otherwise)
    {
        ArgumentNullException.ThrowIfNull(module);
        return _entries.Count == 0 || _known.GetOrAdd(module, IndexOf) is not (>= 0 and var index) ? otherwise : _entries[index].Value;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int IndexOf(string module)
    {
        var first = _paths.GetValueOrDefault(module, int.MaxValue);
        for (var start = 0; start >= 0; start = module.IndexOf('.', start) + 1 is > 0 and var next ? next : -1)
            first = Math.Min(first, _ends.GetValueOrDefault(module[start..], int.MaxValue));
        foreach (var (index, pattern) in _expressions)
        {
            if (index > first)
                break;
            if (pattern.MatchesSuffix(module))
                return index;
        }
        return first == int.MaxValue ? -1 : first;
    }
}
