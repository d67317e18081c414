using Loragate.Governance.Reports.Html;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Charts;

/// <summary>Shares with their intervals against what they cost; a dashed line for what there is without cost.</summary>
/// <param name="title">What is shown.</param>
/// <param name="start">The share without cost.</param>
/// <param name="points">The points, at least one.</param>
/// <param name="label">How a cost is written on the axis.</param>
/// <param name="percent">How a share is.</param>
internal sealed class ScatterPlot(string title, double start, IReadOnlyList<ScatterPoint> points, Func<double, string> label, Func<double, string> percent) : Block
{
    private const float Height = 150;
    private const float Left = 34;
    private const float Right = 12;
    private const float Foot = 14;
    private const float Radius = 3.4f;
    private const double SvgText = 12;
    private const double SvgLine = 14;
    private const double SvgLetter = 7;
    private static readonly double[] Shares = [0, 0.25, 0.5, 0.75, 1];
    private readonly LogAxis _axis = LogAxis.Covering([.. points.Select(point => point.X)]);

    /// <summary>The anchor of the record that the numbers come from; null where the report names none.</summary>
    public string? Link { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Slab> Lay(Typesetter type, float width)
    {
        var caption = type.Fit(title, Look.SmallStrong, width);
        var captionHeight = type.LineHeight(Look.SmallStrong) + 6;
        var shares = Shares.Select(share => (Share: share, Line: type.Fit(percent(share), Look.Tiny, Left))).ToArray();
        var costs = _axis.Ticks.Select(tick => (Tick: tick, Line: type.Fit(label(tick), Look.Tiny, 60))).ToArray();
        float Across(double cost) => Left + ((float)_axis.Place(cost) * (width - Left - Right));
        static float Down(double share) => (1 - (float)share) * Height;
        var room = new PointLabels(label => type.Fit(label, Look.SmallStrong, width).Width, type.LineHeight(Look.SmallStrong), Radius + 3, width);
        var labels = room.Place([.. points.Select(point => ((double)Across(point.X), (double)Down(point.Y), point.Label))])
            .Select(each => (each.Left, each.Middle, Line: type.Fit(each.Text, Look.SmallStrong, width))).ToArray();
        yield return new Slab(captionHeight + Height + Foot, (painter, x, y) =>
        {
            painter.Text(caption, x, y + type.Baseline(Look.SmallStrong));
            var top = y + captionHeight;
            if (Link is not null)
                painter.Link(Link, x, top, width, Height);
            void Text(TextLine line, TextStyle style, float left, float middle) => painter.Text(line, left, middle - (type.LineHeight(style) / 2) + type.Baseline(style));
            foreach (var (share, line) in shares)
            {
                painter.Line(x + Left, top + Down(share), x + width - Right, top + Down(share), Look.Rule, 0.5f);
                Text(line, Look.Tiny, x + Left - 5 - line.Width, top + Down(share));
            }
            foreach (var (tick, line) in costs)
            {
                painter.Line(x + Across(tick), top + Height, x + Across(tick), top + Height + 3, Look.Muted, 0.6f);
                painter.Text(line, x + Math.Min(Across(tick) - (line.Width / 2), width - line.Width), top + Height + 3 + type.Baseline(Look.Tiny));
            }
            painter.Line(x + Left, top + Down(start), x + width - Right, top + Down(start), Look.Muted, 0.9f, dashed: true);
            foreach (var point in points)
            {
                painter.Line(x + Across(point.X), top + Down(point.Lower), x + Across(point.X), top + Down(point.Upper), Look.Blue, 1.4f);
                painter.Disc(x + Across(point.X), top + Down(point.Y), Radius, Look.Blue);
            }
            foreach (var (left, middle, line) in labels)
                Text(line, Look.SmallStrong, x + (float)left, top + (float)middle);
        });
        yield return Slab.Space(10);
    }

    /// <inheritdoc/>
    public override void Write(HtmlText html, ReportText text)
    {
        const double width = 640;
        const double height = 240;
        const double left = 46;
        double X(double cost) => left + (_axis.Place(cost) * (width - left - 24));
        static double Y(double share) => 10 + ((1 - share) * (height - 40));
        var svg = new Svg(width, height, $"{title}: {string.Join("; ", points.Select(point => point.Words))}");
        foreach (var share in Shares)
            svg.Line(left, Y(share), width - 24, Y(share), Look.Rule, 1).Text(left - 8, Y(share) + 4, percent(share), 11, Look.Muted, "end");
        foreach (var tick in _axis.Ticks)
            svg.Line(X(tick), Y(0), X(tick), Y(0) + 5, Look.Muted, 1).Text(X(tick), Y(0) + 18, label(tick), 11, Look.Muted);
        svg.Line(left, Y(start), width - 24, Y(start), Look.Muted, 1.2, dashed: true);
        foreach (var point in points)
            svg.Line(X(point.X), Y(point.Lower), X(point.X), Y(point.Upper), Look.Blue, 2).Disc(X(point.X), Y(point.Y), 4.5, Look.Blue);
        var labels = new PointLabels(text => text.Length * SvgLetter, SvgLine, 8, width);
        foreach (var each in labels.Place([.. points.Select(point => (X(point.X), Y(point.Y), point.Label))]))
            svg.Text(each.Left, each.Middle + 4, each.Text, SvgText, Look.Ink, "start");
        html.Open("div", ("class", "scroll"), ("role", "group"), ("tabindex", "0"), ("aria-label", title));
        html.Linked("p", title, Link, ("class", "strong"));
        html.Open("div", ("class", "lineage"));
        html.Markup(svg.ToString());
        html.Close("div");
        html.Close("div");
    }
}
