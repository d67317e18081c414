using Loragate.Governance.Reports.Html;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Charts;

/// <summary>
/// Shares by group on an axis from 0 to 100 %: a ring for the original, a disc with its interval for the changed model, and the neutral line. The ring is
/// larger than the disc, so that both are seen where the shares are equal; beside the title stands which is which.
/// </summary>
/// <param name="title">What is measured.</param>
/// <param name="neutral">The share that favours nobody; null where the rules name none.</param>
/// <param name="rows">The groups.</param>
/// <param name="percent">How a share is written on the axis.</param>
/// <param name="models">What the original and the changed model are called.</param>
internal sealed class GroupPlot(string title, double? neutral, IReadOnlyList<GroupRow> rows, Func<double, string> percent, (string Original, string Changed) models) : Block
{
    private const float LabelShare = 0.27f;
    private const float PlotShare = 0.42f;
    private const float Gap = 10;
    private const float RowHeight = 27;
    private const int MostTogether = 12;
    private const float DiscRadius = 3;
    private const float RingRadius = 5;
    private const float RingStroke = 1.1f;
    private const float KeyGap = 12;
    private const double SvgWidth = 300;
    private const double SvgHeight = 26;
    private static readonly double[] Ticks = [0, 0.25, 0.5, 0.75, 1];

    /// <inheritdoc/>
    public override IEnumerable<Slab> Lay(Typesetter type, float width)
    {
        var head = Head(type, width);
        yield return head;
        for (var i = 0; i < rows.Count; i++)
            yield return Row(type, rows[i], width) with { Head = head, KeepWithNext = rows.Count <= MostTogether || i == rows.Count - 1 };
        yield return Slab.Space(10);
    }

    /// <inheritdoc/>
    public override void Write(HtmlText html, ReportText text) => PlotTable.Write(html, title, [text["bias.group"], text["bias.shares"], text["rules.measured"]], rows.Select(row => (row.Label, row.Items, Drawing(row), row.Figures, (Mark?)null, row.Link)));

    private static float Place(double share, float width) => (width * LabelShare) + Gap + ((float)share * ((width * PlotShare) - (2 * Gap)));

    private string Drawing(GroupRow row)
    {
        static double At(double share) => 10 + (share * (SvgWidth - 20));
        var svg = new Svg(SvgWidth, SvgHeight, row.Figures);
        svg.Line(At(0), SvgHeight / 2, At(1), SvgHeight / 2, Look.Rule, 1);
        if (neutral is { } line)
            svg.Line(At(line), 0, At(line), SvgHeight, Look.Muted, 1, dashed: true);
        svg.Line(At(row.Lower), SvgHeight / 2, At(row.Upper), SvgHeight / 2, Look.Blue, 2.5);
        if (row.Base is { } original)
            svg.Ring(At(original), SvgHeight / 2, 7, Look.Muted);
        return svg.Disc(At(row.Candidate), SvgHeight / 2, 4.5, Look.Blue).ToString();
    }

    private Slab Head(Typesetter type, float width)
    {
        var original = type.Fit(models.Original, Look.Tiny, width * LabelShare);
        var changed = type.Fit(models.Changed, Look.Tiny, width * LabelShare);
        var changedLeft = width - changed.Width;
        var originalLeft = changedLeft - (2 * KeyGap) - original.Width;
        var caption = type.Fit(title, Look.SmallStrong, originalLeft - (2 * KeyGap));
        var ticks = Ticks.Select(tick => (X: Place(tick, width), Line: type.Fit(percent(tick), Look.Tiny, 60))).ToArray();
        var captionHeight = type.LineHeight(Look.SmallStrong) + 3;
        var height = captionHeight + type.LineHeight(Look.Tiny) + 3;
        return new Slab(height, (painter, x, y) =>
        {
            var baseline = y + type.Baseline(Look.SmallStrong);
            painter.Text(caption, x, baseline);
            painter.Ring(x + originalLeft - KeyGap + RingRadius, baseline - RingRadius / 2, RingRadius - RingStroke, Look.Muted, RingStroke);
            painter.Text(original, x + originalLeft, baseline);
            painter.Disc(x + changedLeft - KeyGap + RingRadius, baseline - RingRadius / 2, DiscRadius, Look.Blue);
            painter.Text(changed, x + changedLeft, baseline);
            foreach (var tick in ticks)
                painter.Text(tick.Line, x + tick.X - (tick.Line.Width / 2), y + captionHeight + type.Baseline(Look.Tiny));
            painter.Line(x + Place(0, width), y + height, x + Place(1, width), y + height, Look.Muted, 0.6f);
        })
        { KeepWithNext = true };
    }

    private Slab Row(Typesetter type, GroupRow row, float width)
    {
        var label = type.Fit(row.Label, Look.SmallStrong, width * LabelShare);
        var items = type.Fit(row.Items, Look.Tiny, width * LabelShare);
        var figures = type.Fit(row.Figures.Replace('\n', ' '), Look.Small, width * (1 - LabelShare - PlotShare));
        return new Slab(RowHeight, (painter, x, y) =>
        {
            painter.Text(label, x, y + 2 + type.Baseline(Look.SmallStrong));
            painter.Text(items, x, y + 12.5f + type.Baseline(Look.Tiny));
            painter.Text(figures, x + (width * (LabelShare + PlotShare)), y + 7.5f + type.Baseline(Look.Small));
            if (row.Link is not null)
                painter.Link(row.Link, x + (width * (LabelShare + PlotShare)), y + 7.5f, figures.Width, type.LineHeight(Look.Small));
            Draw(painter, row, x, y + (RowHeight / 2), width);
            painter.Line(x, y + RowHeight, x + width, y + RowHeight, Look.Rule, 0.5f);
        });
    }

    private void Draw(Painter painter, GroupRow row, float x, float y, float width)
    {
        if (neutral is { } line)
            painter.Line(x + Place(line, width), y - (RowHeight / 2), x + Place(line, width), y + (RowHeight / 2), Look.Muted, 0.7f, dashed: true);
        painter.Line(x + Place(row.Lower, width), y, x + Place(row.Upper, width), y, Look.Blue, 1.6f);
        if (row.Base is { } original)
            painter.Ring(x + Place(original, width), y, RingRadius, Look.Muted, RingStroke);
        painter.Disc(x + Place(row.Candidate, width), y, DiscRadius, Look.Blue);
    }
}
