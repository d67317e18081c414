using Loragate.Governance.Reports.Html;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Charts;

/// <summary>Boxes from left to right with arrows from what each was made from.</summary>
internal sealed class LineageGraph(IReadOnlyList<LineageNode> nodes) : Block
{
    private const float BoxHeight = 50;
    private const float RowDistance = 66;
    private const float WideGap = 26;
    private const float NarrowGap = 16;
    private const int MostWide = 4;
    private const float Inset = 6;
    private const float Arrow = 4;
    private const double SvgLetter = 5.6;
    private readonly int _columns = nodes.Max(node => node.Column) + 1;

    private float ColumnGap => _columns > MostWide ? NarrowGap : WideGap;

    /// <inheritdoc/>
    public override IEnumerable<Slab> Lay(Typesetter type, float width)
    {
        var boxWidth = BoxWidth(width);
        var texts = nodes.Select(node => new[]
        {
            (Line: type.Fit(node.Kind, Look.SmallStrong, boxWidth - (2 * Inset)), Top: 5f, Style: Look.SmallStrong),
            (Line: type.Fit(node.Name, Look.Tiny, boxWidth - (2 * Inset)), Top: 19f, Style: Look.Tiny),
            (Line: type.Fit(node.Digest, Look.Digest, boxWidth - (2 * Inset)), Top: 32f, Style: Look.Digest),
        }).ToArray();
        yield return new Slab(RowDistance + BoxHeight, (painter, x, y) =>
        {
            foreach (var node in nodes)
                DrawArrows(painter, node, x, y, width);
            for (var i = 0; i < nodes.Count; i++)
            {
                var (left, top) = (x + Left(nodes[i], width), y + Top(nodes[i]));
                painter.Box(left, top, boxWidth, BoxHeight, Look.Pale, 3);
                painter.Frame(left, top, boxWidth, BoxHeight, Look.Navy, 0.75f, 3);
                foreach (var text in texts[i])
                    painter.Text(text.Line, left + Inset, top + text.Top + type.Baseline(text.Style) - ((type.LineHeight(text.Style) - (text.Style.Size * 1.42f)) / 2));
            }
        });
        yield return Slab.Space(12);
    }

    /// <inheritdoc/>
    public override void Write(HtmlText html, ReportText text)
    {
        const double width = 640;
        double X(LineageNode node) => Left(node, (float)width);
        var box = (double)BoxWidth((float)width);
        var svg = new Svg(width, RowDistance + BoxHeight, string.Join(", ", nodes.Select(node => $"{node.Kind} {node.Name} {node.Digest}")));
        foreach (var node in nodes)
        {
            foreach (var source in node.From.Select(from => nodes[from]))
            {
                var (startY, endY, middle) = (Top(source) + (BoxHeight / 2), Top(node) + (BoxHeight / 2), X(node) - (ColumnGap / 2));
                svg.Line(X(source) + box, startY, middle, startY, Look.Muted, 1.2).Line(middle, startY, middle, endY, Look.Muted, 1.2).Line(middle, endY, X(node), endY, Look.Muted, 1.2);
            }
        }
        foreach (var node in nodes)
        {
            svg.Box(X(node), Top(node), box, BoxHeight, Look.Navy).Box(X(node) + 1, Top(node) + 1, box - 2, BoxHeight - 2, Look.Pale);
            svg.Text(X(node) + 8, Top(node) + 16, Short(node.Kind, box), 11, Look.Ink, "start").Text(X(node) + 8, Top(node) + 30, Short(node.Name, box), 10, Look.Muted, "start").Text(X(node) + 8, Top(node) + 43, node.Digest, 9, Look.Ink, "start");
        }
        html.Open("div", ("class", "scroll"), ("role", "group"), ("tabindex", "0"), ("aria-label", text["lineage.heading"]));
        html.Open("div", ("class", "lineage"));
        html.Markup(svg.ToString());
        html.Close("div");
        html.Close("div");
    }

    /// <summary>As much of a text as a box of this width holds; East Asian letters are as wide as two.</summary>
    private static string Short(string text, double box)
    {
        var room = (box - 16) / SvgLetter;
        static int Wide(string letters) => letters.EnumerateRunes().Sum(rune => rune.Value >= 0x2E80 ? 2 : 1);
        if (Wide(text) <= room)
            return text;
        return string.Concat(text.EnumerateRunes().TakeWhile(rune => (room -= Wide(rune.ToString())) >= 1)) + "…";
    }

    private float BoxWidth(float width) => (width - (ColumnGap * (_columns - 1))) / _columns;

    private float Left(LineageNode node, float width) => node.Column * (BoxWidth(width) + ColumnGap);

    private static float Top(LineageNode node) => node.Row * RowDistance;

    private void DrawArrows(Painter painter, LineageNode node, float x, float y, float width)
    {
        var (tipX, tipY) = (x + Left(node, width), y + Top(node) + (BoxHeight / 2));
        foreach (var source in node.From.Select(from => nodes[from]))
        {
            var startX = x + Left(source, width) + BoxWidth(width);
            var startY = y + Top(source) + (BoxHeight / 2);
            var middle = tipX - (ColumnGap / 2);
            painter.Path([new(startX, startY), new(middle, startY), new(middle, tipY), new(tipX - Arrow, tipY)], Look.Muted, 1);
        }
        if (node.From.Count > 0)
            painter.Polygon([new(tipX - 0.5f, tipY), new(tipX - 0.5f - (1.4f * Arrow), tipY - Arrow), new(tipX - 0.5f - (1.4f * Arrow), tipY + Arrow)], Look.Muted);
    }
}
