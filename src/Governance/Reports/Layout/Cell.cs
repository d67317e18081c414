namespace Loragate.Governance.Reports.Layout;

/// <summary>A table cell: paragraphs, and a mark before the first of them.</summary>
/// <param name="Texts">The paragraphs.</param>
/// <param name="Mark">The mark.</param>
internal sealed record Cell(IReadOnlyList<CellText> Texts, Mark? Mark = null)
{
    /// <summary>Small text.</summary>
    public static Cell Of(string text) => new([new CellText(text, Look.Small)]);

    /// <summary>A digest, an id, a command.</summary>
    public static Cell Mono(string text) => new([new CellText(text, Look.Digest)]);

    /// <summary>Emphasised small text.</summary>
    public static Cell Strong(string text) => new([new CellText(text, Look.SmallStrong)]);
}
