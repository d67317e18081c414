using System.Globalization;
using System.Text;
using SkiaSharp;

namespace Loragate.Governance.Reports.Html;

/// <summary>A small inline drawing with a text for those who do not see it.</summary>
internal sealed class Svg(double width, double height, string description)
{
    private readonly StringBuilder _shapes = new();

    /// <summary>A filled rectangle.</summary>
    public Svg Box(double x, double y, double w, double h, SKColor color) =>
        Add($"""<rect x="{x:0.##}" y="{y:0.##}" width="{Math.Max(0, w):0.##}" height="{h:0.##}" fill="{Hex(color)}"/>""");

    /// <summary>A line.</summary>
    public Svg Line(double x1, double y1, double x2, double y2, SKColor color, double stroke, bool dashed = false) =>
        Add($"""<line x1="{x1:0.##}" y1="{y1:0.##}" x2="{x2:0.##}" y2="{y2:0.##}" stroke="{Hex(color)}" stroke-width="{stroke:0.##}"{(dashed ? " stroke-dasharray=\"3 2\"" : "")}/>""");

    /// <summary>A disc.</summary>
    public Svg Disc(double x, double y, double r, SKColor color) => Add($"""<circle cx="{x:0.##}" cy="{y:0.##}" r="{r:0.##}" fill="{Hex(color)}"/>""");

    /// <summary>A circle.</summary>
    public Svg Ring(double x, double y, double r, SKColor color) =>
        Add($"""<circle cx="{x:0.##}" cy="{y:0.##}" r="{r:0.##}" fill="none" stroke="{Hex(color)}" stroke-width="1.5"/>""");

    /// <summary>A square, which tells a failure from a disc without its colour.</summary>
    public Svg Square(double x, double y, double r, SKColor color) => Box(x - r, y - r, 2 * r, 2 * r, color);

    /// <summary>A text.</summary>
    public Svg Text(double x, double y, string text, double size, SKColor color, string anchor = "middle") =>
        Add($"""<text x="{x:0.##}" y="{y:0.##}" font-size="{size:0.##}" text-anchor="{anchor}" fill="{Hex(color)}">{HtmlText.Escape(text)}</text>""");

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"""<svg viewBox="0 0 {width:0.##} {height:0.##}" role="img" aria-label="{HtmlText.Escape(description)}">{_shapes}</svg>""");

    private static string Hex(SKColor color) => $"#{color.Red:x2}{color.Green:x2}{color.Blue:x2}";

    private Svg Add(FormattableString shape)
    {
        _shapes.Append(shape.ToString(CultureInfo.InvariantCulture));
        return this;
    }
}
