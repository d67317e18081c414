using Loragate.Governance.Reports.Html;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Charts;

/// <summary>Shares with their intervals against what they cost; a dashed line for what there is without cost.</summary>
/// <param name="title">What is shown.</param>
/// <param name="start">The share without cost.</param>
/// <param name="points">The points, at least one.</param>
/// <param name="label">How a cost is written on the axis.</param>
internal sealed class ScatterPlot(string title, double start, IReadOnlyList<ScatterPoint> points, Func<double, string> label) : Block
{
    private const float Height = 150;
    private const float Left = 34;
    private const float Right = 12;
    private const float Foot = 14;
    private const float Radius = 3.4f;
    private const double NearAcross = 0.06;
    private const double NearAlong = 0.1;
    private static readonly double[] Shares = [0, 0.25, 0.5, 0.75, 1];
    private readonly LogAxis _axis = LogAxis.Covering([.. points.Select(point => point.X)]);

    /// <inheritdoc/>
    public override IEnumerable<Slab> Lay(Typesetter type, float width)
    {
        var caption = type.Fit(title, Look.SmallStrong, width);
        var captionHeight = type.LineHeight(Look.SmallStrong) + 6;
        var shares = Shares.Select(share => (Share: share, Line: type.Fit(Percent(share), Look.Tiny, Left))).ToArray();
        var costs = _axis.Ticks.Select(tick => (Tick: tick, Line: type.Fit(label(tick), Look.Tiny, 60))).ToArray();
        var labels = points.Select(point => (Point: point, Line: type.Fit(point.Label, Look.SmallStrong, 40))).ToArray();
        yield return new Slab(captionHeight + Height + Foot, (painter, x, y) =>
        {
            painter.Text(caption, x, y + type.Baseline(Look.SmallStrong));
            var top = y + captionHeight;
            float X(double cost) => x + Left + ((float)_axis.Place(cost) * (width - Left - Right));
            float Y(double share) => top + ((1 - (float)share) * Height);
            foreach (var (share, line) in shares)
            {
                painter.Line(x + Left, Y(share), x + width - Right, Y(share), Look.Rule, 0.5f);
                painter.Text(line, x + Left - 5 - line.Width, Y(share) - (type.LineHeight(Look.Tiny) / 2) + type.Baseline(Look.Tiny));
            }
            foreach (var (tick, line) in costs)
            {
                painter.Line(X(tick), Y(0), X(tick), Y(0) + 3, Look.Muted, 0.6f);
                painter.Text(line, Math.Min(X(tick) - (line.Width / 2), x + width - line.Width), Y(0) + 3 + type.Baseline(Look.Tiny));
            }
            painter.Line(x + Left, Y(start), x + width - Right, Y(start), Look.Muted, 0.9f, dashed: true);
            foreach (var (point, line) in labels)
            {
                painter.Line(X(point.X), Y(point.Lower), X(point.X), Y(point.Upper), Look.Blue, 1.4f);
                painter.Disc(X(point.X), Y(point.Y), Radius, Look.Blue);
                painter.Text(line, X(point.X) + (IsCrowded(point) ? -Radius - 3 - line.Width : Radius + 3), Y(point.Y) - (type.LineHeight(Look.SmallStrong) / 2) + type.Baseline(Look.SmallStrong));
            }
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
            svg.Line(left, Y(share), width - 24, Y(share), Look.Rule, 1).Text(left - 8, Y(share) + 4, Percent(share), 11, Look.Muted, "end");
        foreach (var tick in _axis.Ticks)
            svg.Line(X(tick), Y(0), X(tick), Y(0) + 5, Look.Muted, 1).Text(X(tick), Y(0) + 18, label(tick), 11, Look.Muted);
        svg.Line(left, Y(start), width - 24, Y(start), Look.Muted, 1.2, dashed: true);
        foreach (var point in points)
        {
            var (side, anchor) = IsCrowded(point) ? (-8, "end") : (8, "start");
            svg.Line(X(point.X), Y(point.Lower), X(point.X), Y(point.Upper), Look.Blue, 2).Disc(X(point.X), Y(point.Y), 4.5, Look.Blue).Text(X(point.X) + side, Y(point.Y) + 4, point.Label, 12, Look.Ink, anchor);
        }
        html.Open("div", ("class", "scroll"), ("role", "group"), ("tabindex", "0"), ("aria-label", title));
        html.Element("p", title, ("class", "strong"));
        html.Open("div", ("class", "lineage"));
        html.Markup(svg.ToString());
        html.Close("div");
        html.Close("div");
    }

    /// <summary>Whether another point is close on the right, where the label would stand.</summary>
    private bool IsCrowded(ScatterPoint point) => points.Any(other => other != point && other.X >= point.X && _axis.Place(other.X) - _axis.Place(point.X) < NearAcross && Math.Abs(other.Y - point.Y) < NearAlong);

    private static string Percent(double share) => ReportNumbers.Count((long)(100 * share)) + "%";
}
