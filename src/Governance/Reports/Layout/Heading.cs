using Loragate.Governance.Reports.Html;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Layout;

/// <summary>A section's title; always on the page of what follows it.</summary>
internal sealed class Heading(string text) : Block
{
    private const float Before = 16;
    private const float After = 7;

    /// <inheritdoc/>
    public override IEnumerable<Slab> Lay(Typesetter type, float width)
    {
        var baseline = type.Baseline(Look.Heading);
        yield return Slab.Space(Before, keepWithNext: true);
        var lines = type.Break(text, Look.Heading, width);
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            yield return new Slab(type.LineHeight(Look.Heading), (painter, x, y) => painter.Text(line, x, y + baseline)) { KeepWithNext = true, Bookmark = i == 0 ? text : null };
        }
        yield return new Slab(After, (painter, x, y) => painter.Line(x, y + 1, x + width, y + 1, Look.Navy, 0.9f)) { KeepWithNext = true };
    }

    /// <inheritdoc/>
    public override void Write(HtmlText html, ReportText sentences)
    {
        var id = $"part-{html.NextHeading()}";
        html.Close("section");
        html.Open("section", ("aria-labelledby", id));
        html.Element("h2", text, ("id", id));
    }
}
