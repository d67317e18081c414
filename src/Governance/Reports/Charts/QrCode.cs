using System.Collections;
using Loragate.Governance.Reports.Html;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;
using QRCoder;

namespace Loragate.Governance.Reports.Charts;

/// <summary>A QR code (ISO/IEC 18004) with a text beside it.</summary>
/// <param name="content">What it holds.</param>
/// <param name="caption">What it is for.</param>
internal sealed class QrCode(string content, string caption) : Block
{
    private const float Module = 2.1f;
    private const float Gap = 16;
    private readonly IReadOnlyList<BitArray> _rows = Make(content);

    /// <inheritdoc/>
    public override IEnumerable<Slab> Lay(Typesetter type, float width)
    {
        var side = _rows.Count * Module;
        var lines = type.Break(caption, Look.Small, width - side - Gap);
        var height = Math.Max(side, lines.Count * type.LineHeight(Look.Small));
        yield return new Slab(height, (painter, x, y) =>
        {
            foreach (var (row, column, length) in Runs())
                painter.Box(x + (column * Module), y + (row * Module), length * Module, Module + 0.05f, Look.Ink);
            for (var i = 0; i < lines.Count; i++)
                painter.Text(lines[i], x + side + Gap, y + (i * type.LineHeight(Look.Small)) + type.Baseline(Look.Small));
        });
        yield return Slab.Space(10);
    }

    /// <inheritdoc/>
    public override void Write(HtmlText html, ReportText text)
    {
        var svg = new Svg(_rows.Count + 8, _rows.Count + 8, caption);
        foreach (var (row, column, length) in Runs())
            svg.Box(column + 4, row + 4, length, 1.02, Look.Ink);
        html.Open("div", ("class", "qr"));
        html.Markup(svg.ToString());
        html.Close("div");
        html.Element("p", caption, ("class", "tiny"));
    }

    private static IReadOnlyList<BitArray> Make(string content)
    {
        using var data = QRCodeGenerator.GenerateQrCode(content, QRCodeGenerator.ECCLevel.M, forceUtf8: true);
        // The quiet zone around it is the page's own white.
        const int quiet = 4;
        var matrix = data.ModuleMatrix;
        return [.. matrix.Skip(quiet).Take(matrix.Count - (2 * quiet)).Select(row => new BitArray(row.Cast<bool>().Skip(quiet).Take(matrix.Count - (2 * quiet)).ToArray()))];
    }

    /// <summary>Dark modules that lie side by side.</summary>
    private IEnumerable<(int Row, int Column, int Length)> Runs()
    {
        for (var row = 0; row < _rows.Count; row++)
        {
            for (var column = 0; column < _rows.Count; column++)
            {
                var start = column;
                while (column < _rows.Count && _rows[row][column])
                    column++;
                if (column > start)
                    yield return (row, start, column - start);
            }
        }
    }
}
