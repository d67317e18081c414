using SkiaSharp;

namespace Loragate.Governance.Reports.Layout;

/// <summary>Draws on a page. All coordinates are points from the page's upper left corner.</summary>
internal sealed class Painter(SKCanvas canvas)
{
    /// <summary>Draws a line of text with its baseline at <paramref name="y"/>.</summary>
    public void Text(TextLine line, float x, float y)
    {
        using var paint = Fill(line.Color);
        foreach (var (face, ids, points) in Runs(line, x))
        {
            using var font = new SKFont(face.Subset, line.Size) { Subpixel = true, LinearMetrics = true, Hinting = SKFontHinting.None };
            using var builder = new SKTextBlobBuilder();
            var run = builder.AllocatePositionedRun(font, ids.Length);
            run.SetGlyphs(ids);
            run.SetPositions(points);
            using var blob = builder.Build();
            if (blob is not null)
                canvas.DrawText(blob, 0, y, paint);
        }
    }

    /// <summary>Draws a line of text that runs upwards from a point.</summary>
    public void TextUpwards(TextLine line, float x, float y)
    {
        canvas.Save();
        canvas.Translate(x, y);
        canvas.RotateDegrees(-90);
        Text(line, 0, 0);
        canvas.Restore();
    }

    /// <summary>Fills a rectangle.</summary>
    public void Box(float x, float y, float width, float height, SKColor color, float radius = 0)
    {
        using var paint = Fill(color);
        canvas.DrawRoundRect(x, y, width, height, radius, radius, paint);
    }

    /// <summary>Outlines a rectangle.</summary>
    public void Frame(float x, float y, float width, float height, SKColor color, float stroke = 0.75f, float radius = 0)
    {
        using var paint = Stroke(color, stroke);
        canvas.DrawRoundRect(x, y, width, height, radius, radius, paint);
    }

    /// <summary>Draws a straight line.</summary>
    public void Line(float x1, float y1, float x2, float y2, SKColor color, float stroke = 0.75f, bool dashed = false)
    {
        using var paint = Stroke(color, stroke);
        using var dash = dashed ? SKPathEffect.CreateDash([3, 2], 0) : null;
        paint.PathEffect = dash;
        canvas.DrawLine(x1, y1, x2, y2, paint);
    }

    /// <summary>Draws connected lines through points.</summary>
    public void Path(ReadOnlySpan<SKPoint> points, SKColor color, float stroke)
    {
        using var paint = Stroke(color, stroke);
        using var path = Build(points, close: false);
        canvas.DrawPath(path, paint);
    }

    /// <summary>Fills a polygon.</summary>
    public void Polygon(ReadOnlySpan<SKPoint> points, SKColor color)
    {
        using var paint = Fill(color);
        using var path = Build(points, close: true);
        canvas.DrawPath(path, paint);
    }

    /// <summary>Fills a circle.</summary>
    public void Disc(float x, float y, float radius, SKColor color)
    {
        using var paint = Fill(color);
        canvas.DrawCircle(x, y, radius, paint);
    }

    /// <summary>Outlines a circle.</summary>
    public void Ring(float x, float y, float radius, SKColor color, float stroke)
    {
        using var paint = Stroke(color, stroke);
        canvas.DrawCircle(x, y, radius, paint);
    }

    /// <summary>Makes a rectangle lead to an anchor of the document.</summary>
    public void Link(string anchor, float x, float y, float width, float height)
    {
        using var data = canvas.DrawLinkDestinationAnnotation(SKRect.Create(x, y, width, height), anchor);
    }

    /// <summary>Names a place of the document.</summary>
    public void Anchor(string anchor, float x, float y)
    {
        using var data = canvas.DrawNamedDestinationAnnotation(new SKPoint(x, y), anchor);
    }

    private static SKPath Build(ReadOnlySpan<SKPoint> points, bool close)
    {
        using var builder = new SKPathBuilder();
        builder.MoveTo(points[0]);
        foreach (var point in points[1..])
            builder.LineTo(point);
        if (close)
            builder.Close();
        return builder.Detach();
    }

    private static SKPaint Fill(SKColor color) => new() { Color = color, IsAntialias = true };

    private static SKPaint Stroke(SKColor color, float width) => new()
    {
        Color = color,
        IsAntialias = true,
        IsStroke = true,
        StrokeWidth = width,
        StrokeCap = SKStrokeCap.Round,
        StrokeJoin = SKStrokeJoin.Round,
    };

    private static IEnumerable<(TypeFace Face, ushort[] Ids, SKPoint[] Points)> Runs(TextLine line, float x)
    {
        var glyphs = line.Clusters.SelectMany(cluster => cluster.Glyphs).ToArray();
        for (var start = 0; start < glyphs.Length;)
        {
            var end = start;
            List<SKPoint> points = [];
            while (end < glyphs.Length && glyphs[end].Face == glyphs[start].Face)
            {
                points.Add(new SKPoint(x + glyphs[end].X, glyphs[end].Y));
                x += glyphs[end++].Advance;
            }
            yield return (glyphs[start].Face, [.. glyphs[start..end].Select(glyph => glyph.Id)], [.. points]);
            start = end;
        }
    }
}
