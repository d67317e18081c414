namespace Loragate.Governance.Reports.Layout;

/// <summary>Fills lines greedily, ending each at the best place that <see cref="LineBreaks"/> allows and that is inside no piece (<see cref="Pieces"/>).</summary>
internal sealed class LineBreaker
{
    // An identifier is parted rather than leaving more than this share of a line empty.
    private const float MostEmpty = 0.4f;

    // A paragraph does not end in a line of one or two characters.
    private const int LeastOnLastLine = 4;

    private readonly IReadOnlyList<Cluster> _clusters;
    private readonly float _width;
    private readonly bool[] _isInside;

    private LineBreaker(IReadOnlyList<Cluster> clusters, float width) => (_clusters, _width, _isInside) = (clusters, width, Inside(clusters));

    public static IEnumerable<TextLine> Break(IReadOnlyList<Cluster> clusters, TextStyle style, float width)
    {
        if (clusters.Count == 0)
            yield return new TextLine([], 0, style.Size, style.Color);
        var breaker = new LineBreaker(clusters, width);
        for (var start = 0; start < clusters.Count;)
        {
            var end = breaker.KeepCompany(start, breaker.End(start));
            yield return Line(clusters, start, end, style);
            while (end < clusters.Count && clusters[end].Text == " ")
                end++;
            start = end;
        }
    }

    /// <summary>Of every cluster, whether it goes on with a piece that another began.</summary>
    private static bool[] Inside(IReadOnlyList<Cluster> clusters)
    {
        var isInside = new bool[clusters.Count];
        var (index, offset) = (0, 0);
        foreach (var (start, length) in Pieces.In(string.Concat(clusters.Select(cluster => cluster.Text))))
        {
            for (; index < clusters.Count && offset < start + length; offset += clusters[index++].Text.Length)
                isInside[index] = offset > start;
        }
        return isInside;
    }

    private int End(int start)
    {
        var full = start;
        var used = 0f;
        // Spaces may hang over the margin: they are not drawn.
        while (full < _clusters.Count && (used + _clusters[full].Width <= _width || _clusters[full].Text == " "))
            used += _clusters[full++].Width;
        if (full == _clusters.Count)
            return full;
        full = Math.Max(full, start + 1);
        var good = Last(start, full, LineBreak.Good);
        var fair = Last(start, full, LineBreak.Fair);
        if (good > start && (fair <= good || Width(start, good) >= _width * (1 - MostEmpty)))
            return good;
        if (fair > start)
            return fair;
        var poor = Last(start, full, LineBreak.Poor);
        return poor > start ? poor : full;
    }

    /// <summary>Ends the line earlier where next to nothing would be left for the paragraph's last.</summary>
    private int KeepCompany(int start, int end)
    {
        var left = _clusters.Count - end;
        if (left is 0 or >= LeastOnLastLine)
            return end;
        var earlier = Last(start, _clusters.Count - LeastOnLastLine, LineBreak.Good);
        return earlier > start && Width(start, earlier) >= _width * (1 - MostEmpty) ? earlier : end;
    }

    private int Last(int start, int full, LineBreak least)
    {
        for (var end = full; end > start; end--)
        {
            if (end == _clusters.Count || Before(end) >= least)
                return end;
        }
        return start;
    }

    /// <summary>How well a line may end before a cluster.</summary>
    private LineBreak Before(int index)
    {
        var fit = LineBreaks.Before(_clusters, index);
        return _isInside[index] && fit > LineBreak.Poor ? LineBreak.Poor : fit;
    }

    private float Width(int start, int end)
    {
        var width = 0f;
        for (var i = start; i < end; i++)
            width += _clusters[i].Width;
        return width;
    }

    /// <summary>
    /// An opening bracket that begins a line, without the empty half of its square before it: the line would look indented (JLREQ §3.1.5: 天付き).
    /// </summary>
    private static Cluster AtStart(Cluster cluster, TextStyle style)
    {
        if (cluster is not { Text: [var bracket], Glyphs: [var glyph] } || !LineBreaks.IsWideOpening(bracket) || glyph.Advance < style.Size)
            return cluster;
        var half = glyph.Advance / 2;
        return cluster with { Glyphs = [glyph with { Advance = glyph.Advance - half, X = glyph.X - half }], Width = cluster.Width - half };
    }

    private static TextLine Line(IReadOnlyList<Cluster> clusters, int start, int end, TextStyle style)
    {
        while (end > start && clusters[end - 1].Text == " ")
            end--;
        Cluster[] part = [.. clusters.Skip(start).Take(end - start).Select((cluster, i) => i == 0 ? AtStart(cluster, style) : cluster)];
        return new TextLine(part, part.Sum(cluster => cluster.Width), style.Size, style.Color);
    }
}
