using Loragate.Artifacts;

namespace Loragate.Governance.Reports.Layout;

/// <summary>A table cell: paragraphs, and a mark before the first of them.</summary>
/// <param name="Texts">The paragraphs.</param>
/// <param name="Mark">The mark.</param>
internal sealed record Cell(IReadOnlyList<CellText> Texts, Mark? Mark = null)
{
    /// <summary>The anchor of the record that the cell's numbers come from; null where they come from none.</summary>
    public string? Link { get; init; }

    /// <summary>The cell's own anchor.</summary>
    public string? Anchor { get; init; }

    /// <summary>Small text.</summary>
    public static Cell Of(string text) => new([new CellText(text, Look.Small)]);

    /// <summary>A digest, an id, a command.</summary>
    public static Cell Mono(string text) => new([new CellText(text, Look.Digest)]);

    /// <summary>Emphasised small text.</summary>
    public static Cell Strong(string text) => new([new CellText(text, Look.SmallStrong)]);

    /// <summary>The anchor of a record, which stands once in the report, in the table of digests.</summary>
    public static string AnchorOf(Digest record) => $"record-{record.Abbreviated}";

    /// <summary>The anchor of a record; null where there is none.</summary>
    public static string? AnchorOf(Digest? record) => record is { } digest ? AnchorOf(digest) : null;

    /// <summary>The same cell, leading to the record that it comes from.</summary>
    public Cell From(Digest? record) => this with { Link = AnchorOf(record) };
}
