namespace Loragate.Governance.Reports.Layout;

/// <summary>Fills lines greedily, ending each at the best place that <see cref="LineBreaks"/> allows.</summary>
internal static class LineBreaker
{
    // An identifier is parted rather than leaving more than this share of a line empty.
    private const float MostEmpty = 0.4f;

    // A paragraph does not end in a line of one or two characters.
    private const int LeastOnLastLine = 4;

    public static IEnumerable<TextLine> Break(IReadOnlyList<Cluster> clusters, TextStyle style, float width)
    {
        if (clusters.Count == 0)
            yield return new TextLine([], 0, style.Size, style.Color);
        for (var start = 0; start < clusters.Count;)
        {
            var end = KeepCompany(clusters, start, End(clusters, start, width), width);
            yield return Line(clusters, start, end, style);
            while (end < clusters.Count && clusters[end].Text == " ")
                end++;
            start = end;
        }
    }

    private static int End(IReadOnlyList<Cluster> clusters, int start, float width)
    {
        var full = start;
        var used = 0f;
        // Spaces may hang over the margin: they are not drawn.
        while (full < clusters.Count && (used + clusters[full].Width <= width || clusters[full].Text == " "))
            used += clusters[full++].Width;
        if (full == clusters.Count)
            return full;
        full = Math.Max(full, start + 1);
        var good = Last(clusters, start, full, LineBreak.Good);
        var fair = Last(clusters, start, full, LineBreak.Fair);
        if (good > start && (fair <= good || Width(clusters, start, good) >= width * (1 - MostEmpty)))
            return good;
        return fair > start ? fair : full;
    }

    /// <summary>Ends the line earlier where next to nothing would be left for the paragraph's last.</summary>
    private static int KeepCompany(IReadOnlyList<Cluster> clusters, int start, int end, float width)
    {
        var left = clusters.Count - end;
        if (left is 0 or >= LeastOnLastLine)
            return end;
        var earlier = Last(clusters, start, clusters.Count - LeastOnLastLine, LineBreak.Good);
        return earlier > start && Width(clusters, start, earlier) >= width * (1 - MostEmpty) ? earlier : end;
    }

    private static int Last(IReadOnlyList<Cluster> clusters, int start, int full, LineBreak least)
    {
        for (var end = full; end > start; end--)
        {
            if (end == clusters.Count || LineBreaks.Before(clusters, end) >= least)
                return end;
        }
        return start;
    }

    private static float Width(IReadOnlyList<Cluster> clusters, int start, int end)
    {
        var width = 0f;
        for (var i = start; i < end; i++)
            width += clusters[i].Width;
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
