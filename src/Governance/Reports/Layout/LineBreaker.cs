namespace Loragate.Governance.Reports.Layout;

/// <summary>Fills lines greedily, ending each at the best place that <see cref="LineBreaks"/> allows.</summary>
internal static class LineBreaker
{
    // An identifier is parted rather than leaving more than this share of a line empty.
    private const float MostEmpty = 0.4f;

    public static IEnumerable<TextLine> Break(IReadOnlyList<Cluster> clusters, TextStyle style, float width)
    {
        if (clusters.Count == 0)
            yield return new TextLine([], 0, style.Size, style.Color);
        for (var start = 0; start < clusters.Count;)
        {
            var end = End(clusters, start, width);
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

    private static TextLine Line(IReadOnlyList<Cluster> clusters, int start, int end, TextStyle style)
    {
        while (end > start && clusters[end - 1].Text == " ")
            end--;
        var part = clusters.Skip(start).Take(end - start).ToArray();
        return new TextLine(part, part.Sum(cluster => cluster.Width), style.Size, style.Color);
    }
}
