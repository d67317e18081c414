using Loragate.Governance.Reports.Html;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Charts;

/// <summary>
/// Paired differences with their bounds and, where there are any, limits, a row each. The forbidden side of every limit is shaded; outcomes differ in shape and colour.
/// Source: Lewis and Clarke, "Forest plots: trying to see the wood and the trees", BMJ 322 (2001).
/// </summary>
/// <param name="title">What the axis measures.</param>
/// <param name="rows">The rows.</param>
internal sealed class ForestPlot(string title, IReadOnlyList<ForestRow> rows) : Block
{
    private const float LabelShare = 0.32f;
    private const float PlotShare = 0.44f;
    private const float Gap = 10;
    private const float RowHeight = 31;
    private const float MarkRadius = 4;
    private const float LineRoom = 0.4f;
    private readonly Axis _axis = Axis.Covering(rows.SelectMany(row => new[] { row.Estimate, row.Lower, row.Upper, row.Low ?? 0, row.High ?? 0 }));

    /// <summary>The text that names what the rows are, in a web page.</summary>
    public string RowHead { get; init; } = "rules.rule";

    /// <summary>The text that names what is drawn, in a web page.</summary>
    public string DrawnHead { get; init; } = "comparison.difference";

    /// <inheritdoc/>
    public override IEnumerable<Slab> Lay(Typesetter type, float width)
    {
        var head = Head(type, width);
        yield return head;
        for (var i = 0; i < rows.Count; i++)
            yield return Row(type, rows[i], width) with { Head = head, KeepWithNext = i == rows.Count - 1 };
        yield return Slab.Space(10);
    }

    /// <inheritdoc/>
    public override void Write(HtmlText html, ReportText text) => PlotTable.Write(
        html, title, [text[RowHead], text[DrawnHead], text["rules.measured"]], rows.Select(row => (row.Label, row.Detail, Drawing(row), row.Figures, (Mark?)row.Mark, row.Link)));

    private string Drawing(ForestRow row)
    {
        const double width = 300;
        const double height = 26;
        double At(double value) => 10 + (_axis.Place(value) * (width - 20));
        var svg = new Svg(width, height, row.Figures);
        if (row.Low is { } low)
            svg.Box(0, 0, At(low), height, Look.Forbidden).Line(At(low), 0, At(low), height, Look.Ink, 1, dashed: true);
        if (row.High is { } high)
            svg.Box(At(high), 0, width - At(high), height, Look.Forbidden).Line(At(high), 0, At(high), height, Look.Ink, 1, dashed: true);
        svg.Line(At(0), 0, At(0), height, Look.Muted, 1).Line(At(row.Lower), height / 2, At(row.Upper), height / 2, row.Mark.Color, 2.5);
        return (row.Mark == Mark.Failed ? svg.Square(At(row.Estimate), height / 2, 5, row.Mark.Color) : svg.Disc(At(row.Estimate), height / 2, 5, row.Mark.Color)).ToString();
    }

    private static float PlotLeft(float width) => (width * LabelShare) + Gap;

    private static float PlotWidth(float width) => (width * PlotShare) - (2 * Gap);

    private float Place(double value, float width) => PlotLeft(width) + ((float)_axis.Place(value) * PlotWidth(width));

    private Slab Head(Typesetter type, float width)
    {
        var caption = type.Fit(title, Look.SmallStrong, width);
        var ticks = _axis.Ticks.Select(tick => (X: Place(tick, width), Line: type.Fit(_axis.Label(tick), Look.Tiny, 60))).ToArray();
        var captionHeight = type.LineHeight(Look.SmallStrong) + 3;
        var height = captionHeight + type.LineHeight(Look.Tiny) + 3;
        return new Slab(height, (painter, x, y) =>
        {
            painter.Text(caption, x, y + type.Baseline(Look.SmallStrong));
            foreach (var tick in ticks)
                painter.Text(tick.Line, x + tick.X - (tick.Line.Width / 2), y + captionHeight + type.Baseline(Look.Tiny));
            painter.Line(x + PlotLeft(width), y + height, x + PlotLeft(width) + PlotWidth(width), y + height, Look.Muted, 0.6f);
        })
        { KeepWithNext = true };
    }

    private Slab Row(Typesetter type, ForestRow row, float width)
    {
        var labelWidth = width * LabelShare;
        var figuresLeft = width * (LabelShare + PlotShare);
        var label = type.Fit(row.Label, Look.SmallStrong, labelWidth);
        var detail = type.Fit(row.Detail, Look.Tiny, labelWidth);
        var figures = type.Break(row.Figures, Look.Small, width - figuresLeft).Take(2).ToArray();
        var height = type.LineHeight(Look.Small);
        return new Slab(RowHeight, (painter, x, y) =>
        {
            painter.Text(label, x, y + 4 + type.Baseline(Look.SmallStrong));
            painter.Text(detail, x, y + 3 + height + type.Baseline(Look.Tiny));
            DrawGround(painter, row, x, y, width);
            DrawEstimate(painter, row, x, y + (RowHeight / 2), width);
            var top = y + ((RowHeight - (height * figures.Length)) / 2);
            if (row.Link is not null)
                painter.Link(row.Link, x + figuresLeft, top, figures.Max(line => line.Width), height * figures.Length);
            for (var i = 0; i < figures.Length; i++)
                painter.Text(figures[i], x + figuresLeft, top + (i * height) + type.Baseline(Look.Small));
        });
    }

    private void DrawGround(Painter painter, ForestRow row, float x, float y, float width)
    {
        var (left, right) = (x + PlotLeft(width), x + PlotLeft(width) + PlotWidth(width));
        if (row.Low is { } least)
        {
            var low = x + Place(least, width);
            painter.Box(left, y + LineRoom, low - left, RowHeight - (2 * LineRoom), Look.Forbidden);
            painter.Line(low, y, low, y + RowHeight, Look.Ink, 0.8f, dashed: true);
        }
        if (row.High is { } most)
        {
            var high = x + Place(most, width);
            painter.Box(high, y + LineRoom, right - high, RowHeight - (2 * LineRoom), Look.Forbidden);
            painter.Line(high, y, high, y + RowHeight, Look.Ink, 0.8f, dashed: true);
        }
        var zero = x + Place(0, width);
        painter.Line(zero, y, zero, y + RowHeight, Look.Muted, 0.6f);
        painter.Line(x, y + RowHeight, x + width, y + RowHeight, Look.Rule, 0.5f);
    }

    private void DrawEstimate(Painter painter, ForestRow row, float x, float y, float width)
    {
        var (lower, upper) = (x + Place(row.Lower, width), x + Place(row.Upper, width));
        painter.Line(lower, y, upper, y, row.Mark.Color, 1.6f);
        painter.Line(lower, y - 3.5f, lower, y + 3.5f, row.Mark.Color, 1.2f);
        painter.Line(upper, y - 3.5f, upper, y + 3.5f, row.Mark.Color, 1.2f);
        row.Mark.Draw(painter, x + Place(row.Estimate, width), y, MarkRadius);
    }
}
