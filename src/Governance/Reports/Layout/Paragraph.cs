using Loragate.Governance.Reports.Html;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Layout;

/// <summary>Running text. A page never begins or ends with a single line of it.</summary>
/// <param name="text">The text.</param>
/// <param name="style">How it looks.</param>
/// <param name="after">Space below, points.</param>
internal sealed class Paragraph(string text, TextStyle style, float after = 5) : Block
{
    /// <summary>Whether the next block must begin on the same page.</summary>
    public bool KeepWithNext { get; init; }

    /// <summary>Space before the text, points.</summary>
    public float Indent { get; init; }

    /// <summary>Whether a dot stands before the first line, inside the indent.</summary>
    public bool IsItem { get; init; }

    /// <summary>The anchor of the record that the text's numbers come from; null where they come from none.</summary>
    public string? Link { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Slab> Lay(Typesetter type, float width)
    {
        var lines = type.Break(text, style, width - Indent);
        var height = type.LineHeight(style);
        var baseline = type.Baseline(style);
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            var hasDot = IsItem && i == 0;
            yield return new Slab(height, (painter, x, y) => Paint(painter, line, x, y, height, baseline, hasDot))
            {
                KeepWithNext = KeepWithNext || (lines.Count > 1 && (i == 0 || i == lines.Count - 2)),
            };
        }
        yield return Slab.Space(after, KeepWithNext);
    }

    /// <inheritdoc/>
    public override void Write(HtmlText html, ReportText sentences)
    {
        if (IsItem)
            html.Item(text, Link);
        else if (style == Look.Lead)
            html.Element("h2", text, ("class", "minor"));
        else if (Link is not null)
            html.Linked("p", text, Link);
        else
            html.Element(style == Look.Title ? "h1" : "p", text);
    }

    private void Paint(Painter painter, TextLine line, float x, float y, float height, float baseline, bool hasDot)
    {
        if (Link is not null)
            painter.Link(Link, x + Indent, y, line.Width, height);
        if (hasDot)
            painter.Disc(x + (Indent / 2), y + baseline - (style.Size * 0.32f), 1.5f, style.Color);
        painter.Text(line, x + Indent, y + baseline);
    }
}
