using System.Globalization;

namespace Loragate.Governance.Ledger;

/// <summary>
/// The name of a tile or an entry bundle (C2SP tlog-tiles §Tile encoding): tile/LEVEL/INDEX[.p/WIDTH] and
/// tile/entries/INDEX[.p/WIDTH], the index in groups of three digits, "x001/x234/067".
/// </summary>
/// <param name="Level">Tile level: the hashes are roots of 256^Level leaves; null for entries.</param>
/// <param name="Index">Which tile of the level.</param>
/// <param name="Width">Hashes or entries in it: 1 to 256.</param>
public readonly record struct TileName(int? Level, long Index, int Width)
{
    /// <summary>Hashes in a full tile, entries in a full bundle.</summary>
    public const int FullWidth = 256;

    internal const string Folder = "tile";

    private const string Entries = "entries";
    private const string Partial = ".p";
    private const int MaxLevel = 7;

    /// <summary>Whether it is full: then it is final.</summary>
    public bool IsFull => Width == FullWidth;

    /// <summary>The number of items of its level up to its end.</summary>
    public long End => Index * FullWidth + Width;

    /// <summary>The path in the ledger, with '/' separators.</summary>
    public string Path =>
        string.Create(CultureInfo.InvariantCulture, $"{Folder}/{Level?.ToString(CultureInfo.InvariantCulture) ?? Entries}/{Groups(Index)}{(IsFull ? "" : $"{Partial}/{Width}")}");

    /// <summary>Reads a path that <see cref="Path"/> writes; every other spelling is refused.</summary>
    public static bool TryParse(string path, out TileName name)
    {
        ArgumentNullException.ThrowIfNull(path);
        name = default;
        var parts = path.Split('/').ToList();
        var width = FullWidth;
        if (parts.Count > 3 && parts[^2].EndsWith(Partial, StringComparison.Ordinal))
        {
            if (!TryNumber(parts[^1], out var partial) || partial is 0 or >= FullWidth)
                return false;
            width = (int)partial;
            parts.RemoveAt(parts.Count - 1);
            parts[^1] = parts[^1][..^Partial.Length];
        }
        if (parts.Count < 3 || !TryLevel(parts[1], out var level) || !TryNumber(string.Concat(parts.Skip(2)).Replace("x", "", StringComparison.Ordinal), out var index))
            return false;
        name = new TileName(level, index, width);
        return name.Path == path;
    }

    /// <summary>Every tile, or every bundle, of a level that holds <paramref name="count"/> items.</summary>
    public static IEnumerable<TileName> Cover(int? level, long count)
    {
        for (long index = 0; index * FullWidth < count; index++)
            yield return new TileName(level, index, (int)Math.Min(FullWidth, count - index * FullWidth));
    }

    /// <summary>The number of items that a tree of <paramref name="size"/> entries has on a level.</summary>
    public static long CountAt(int? level, long size) => size >> (8 * (level ?? 0));

    private static string Groups(long index)
    {
        var last = (index % 1000).ToString("000", CultureInfo.InvariantCulture);
        return index < 1000 ? last : string.Join('/', Groups(index / 1000).Split('/').Select(group => group[0] == 'x' ? group : "x" + group)) + "/" + last;
    }

    private static bool TryLevel(string text, out int? level)
    {
        level = TryNumber(text, out var number) && number <= MaxLevel ? (int)number : null;
        return text == Entries || level is not null;
    }

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= long.MaxValue / FullWidth - 1;
}
