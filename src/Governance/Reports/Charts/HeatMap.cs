using Loragate.Governance.Reports.Html;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;
using SkiaSharp;

namespace Loragate.Governance.Reports.Charts;

/// <summary>Layers from top to bottom, modules from left to right, a panel for each quantity; one hue, darker for more, so that it reads in grey as well.</summary>
/// <param name="layers">Names of the rows.</param>
/// <param name="modules">Names of the columns.</param>
/// <param name="panels">The quantities, side by side.</param>
internal sealed class HeatMap(IReadOnlyList<string> layers, IReadOnlyList<string> modules, IReadOnlyList<HeatPanel> panels) : Block
{
    private const float LabelWidth = 24;
    private const float PanelGap = 14;
    private const float MostHeight = 430;
    private const float MostCell = 9;
    private const float LeastHead = 44;
    private const float MostHead = 110;
    private static readonly SKColor Light = new(0xEA, 0xF1, 0xF8);

    /// <summary>The anchor of the record that the numbers come from; null where the report names none.</summary>
    public string? Link { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Slab> Lay(Typesetter type, float width)
    {
        var cell = Math.Min(MostCell, MostHeight / layers.Count);
        var panelWidth = (width - LabelWidth - (PanelGap * (panels.Count - 1))) / panels.Count;
        var titles = panels.Select(panel => type.Break(panel.Title, Look.SmallStrong, panelWidth)).ToArray();
        var titleHeight = titles.Max(lines => lines.Count) * type.LineHeight(Look.SmallStrong);
        var columns = modules.Select(name => type.Fit(name, Look.Tiny, MostHead)).ToArray();
        var head = Math.Max(LeastHead, columns.Max(line => line.Width) + 4);
        var every = Math.Max(1, (int)Math.Ceiling(9 / cell));
        var rows = layers.Select((name, i) => i % every == 0 ? type.Fit(name, Look.Tiny, LabelWidth) : null).ToArray();
        var scales = panels.Select(panel => (Low: type.Fit(panel.Label(panel.Range.Low), Look.Tiny, panelWidth / 3), High: type.Fit(panel.Label(panel.Range.High), Look.Tiny, panelWidth / 3))).ToArray();
        var height = titleHeight + head + (cell * layers.Count) + 22;
        yield return new Slab(height, (painter, x, y) =>
        {
            var top = y + titleHeight + head;
            if (Link is not null)
                painter.Link(Link, x, top, width, cell * layers.Count);
            for (var i = 0; i < rows.Length; i++)
            {
                if (rows[i] is { } line)
                    painter.Text(line, x, top + (i * cell) + (cell / 2) + 2.6f);
            }
            for (var p = 0; p < panels.Count; p++)
            {
                var left = x + LabelWidth + (p * (panelWidth + PanelGap));
                for (var i = 0; i < titles[p].Count; i++)
                    painter.Text(titles[p][i], left, y + (i * type.LineHeight(Look.SmallStrong)) + type.Baseline(Look.SmallStrong));
                Draw(painter, panels[p], columns, left, top, panelWidth, cell);
                Scale(painter, scales[p], left, top + (cell * layers.Count) + 6, panelWidth, type.Baseline(Look.Tiny));
            }
        });
        yield return Slab.Space(8);
    }

    /// <inheritdoc/>
    public override void Write(HtmlText html, ReportText text)
    {
        foreach (var panel in panels)
        {
            html.Open("div", ("class", "scroll"), ("role", "group"), ("tabindex", "0"), ("aria-label", panel.Title));
            html.Open("table", ("class", "heat"));
            html.Linked("caption", panel.Title, Link, ("class", "strong"));
            html.Open("thead");
            html.Open("tr");
            html.Element("th", text["merge.layer"], ("scope", "col"));
            foreach (var module in modules)
                html.Element("th", module, ("scope", "col"));
            html.Close("tr");
            html.Close("thead");
            html.Open("tbody");
            for (var i = 0; i < layers.Count; i++)
            {
                html.Open("tr");
                html.Element("th", layers[i], ("scope", "row"));
                foreach (var value in panel.Values[i])
                    Write(html, panel, value);
                html.Close("tr");
            }
            html.Close("tbody");
            html.Close("table");
            html.Close("div");
        }
    }

    /// <summary>The number on its colour, which an inline drawing fills: a page whose own policy forbids inline styles needs no other.</summary>
    private static void Write(HtmlText html, HeatPanel panel, double? value)
    {
        if (value is not { } number)
        {
            html.Element("td", "");
            return;
        }
        var place = panel.Place(number);
        html.Open("td");
        html.Markup(new Svg(64, 18, panel.Label(number)).Box(0, 0, 64, 18, Shade(place)).Text(32, 13, panel.Label(number), 11, place > 0.5 ? SKColors.White : Look.Ink).ToString());
        html.Close("td");
    }

    private static void Draw(Painter painter, HeatPanel panel, TextLine[] columns, float left, float top, float width, float cell)
    {
        var column = width / columns.Length;
        for (var j = 0; j < columns.Length; j++)
        {
            painter.TextUpwards(columns[j], left + (j * column) + (column / 2) + 2.6f, top - 4);
            for (var i = 0; i < panel.Values.Count; i++)
            {
                if (panel.Values[i][j] is { } value)
                    painter.Box(left + (j * column) + 0.4f, top + (i * cell) + 0.4f, column - 0.8f, cell - 0.8f, Shade(panel.Place(value)));
            }
        }
    }

    private static void Scale(Painter painter, (TextLine Low, TextLine High) ends, float left, float top, float width, float baseline)
    {
        const int steps = 12;
        var (from, to) = (left + ends.Low.Width + 4, left + width - ends.High.Width - 4);
        painter.Text(ends.Low, left, top + baseline - 2);
        painter.Text(ends.High, left + width - ends.High.Width, top + baseline - 2);
        for (var i = 0; i < steps; i++)
            painter.Box(from + (i * (to - from) / steps), top + 2, (to - from) / steps, 6, Shade(i / (double)(steps - 1)));
    }

    private static SKColor Shade(double place)
    {
        byte Mix(byte light, byte dark) => (byte)Math.Round(light + (place * (dark - light)));
        return new SKColor(Mix(Light.Red, Look.Navy.Red), Mix(Light.Green, Look.Navy.Green), Mix(Light.Blue, Look.Navy.Blue));
    }
}
