namespace Loragate.Governance.Reports.Layout;

/// <summary>A horizontal strip of a page that is never parted.</summary>
/// <param name="Height">Its height, points.</param>
/// <param name="Paint">Draws it with its upper left corner at (x, y).</param>
internal sealed record Slab(float Height, Action<Painter, float, float> Paint)
{
    /// <summary>Whether the next slab must stand on the same page.</summary>
    public bool KeepWithNext { get; init; }

    /// <summary>A head that is drawn again where this slab begins a new page.</summary>
    public Slab? Head { get; init; }

    /// <summary>How the outline names this place; null where it does not.</summary>
    public string? Bookmark { get; init; }

    /// <summary>Empty space, which vanishes at the top of a page.</summary>
    public bool IsSpace { get; init; }

    /// <summary>Whether a new page begins here.</summary>
    public bool StartsPage { get; init; }

    /// <summary>Empty space.</summary>
    public static Slab Space(float height, bool keepWithNext = false) =>
        new(height, static (_, _, _) => { }) { IsSpace = true, KeepWithNext = keepWithNext };
}
