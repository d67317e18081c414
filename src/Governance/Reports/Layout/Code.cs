using Loragate.Governance.Reports.Html;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Layout;

/// <summary>Shell commands on a pale ground, line by line; on one page where they fit on one, so that they can be copied.</summary>
internal sealed class Code(string text) : Block
{
    private const float Inset = 7;
    private const float Edge = 4;

    // What introduces the commands needs room on their page, too.
    private const float MostOfPage = 0.45f;

    /// <inheritdoc/>
    public override IEnumerable<Slab> Lay(Typesetter type, float width)
    {
        var lines = type.Break(text, Look.Code, width - (2 * Inset));
        var height = type.LineHeight(Look.Code);
        var baseline = type.Baseline(Look.Code);
        var staysWhole = lines.Count * height <= Look.BodyHeight * MostOfPage;
        yield return Ground(Edge, width) with { KeepWithNext = true };
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            yield return new Slab(height, (painter, x, y) =>
            {
                painter.Box(x, y - 0.3f, width, height + 0.6f, Look.Pale);
                painter.Text(line, x + Inset, y + baseline);
            })
            { KeepWithNext = staysWhole || i == 0 || i >= lines.Count - 2 };
        }
        yield return Ground(Edge, width);
        yield return Slab.Space(5);
    }

    /// <inheritdoc/>
    public override void Write(HtmlText html, ReportText sentences) =>
        html.Markup($"<pre tabindex=\"0\"><code>{HtmlText.Escape(text)}</code></pre>\n");

    private static Slab Ground(float height, float width) =>
        new(height, (painter, x, y) => painter.Box(x, y, width, height, Look.Pale));
}
