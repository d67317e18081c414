namespace Loragate.Governance.Reports.Layout;

/// <summary>A cell with its lines broken.</summary>
/// <param name="Left">Where its text begins, points from the table's edge.</param>
/// <param name="Mark">The mark before its first line.</param>
/// <param name="Lines">Its lines.</param>
/// <param name="Link">Where it leads.</param>
/// <param name="Anchor">Its own name.</param>
internal sealed record LaidCell(float Left, Mark? Mark, IReadOnlyList<CellLine> Lines, string? Link, string? Anchor)
{
    /// <summary>Some of the lines; the mark goes with the first.</summary>
    public LaidCell Part(int from, int count) => this with { Mark = from == 0 ? Mark : null, Anchor = from == 0 ? Anchor : null, Lines = [.. Lines.Skip(from).Take(count)] };
}
