namespace Loragate.Governance.Reports.Charts;

/// <summary>Labels beside the points of a chart. Points whose labels would lie over one another share one, "1, 4"; no label lies on a point or over the right edge.</summary>
/// <param name="WidthOf">The width of a text.</param>
/// <param name="Height">The height of a line.</param>
/// <param name="Gap">The distance of a label from the middle of its point.</param>
/// <param name="Edge">The right end of the room for labels.</param>
internal sealed record PointLabels(Func<string, double> WidthOf, double Height, double Gap, double Edge)
{
    private const int MostNamed = 4;

    /// <summary>Places the labels; each stands in the middle of its points' heights, right of them, or left where that is taken.</summary>
    /// <param name="points">The points in the unit of the drawing, with their labels.</param>
    public IReadOnlyList<PointLabel> Place(IReadOnlyList<(double X, double Y, string Label)> points)
    {
        var groups = points.Select(point => new List<(double X, double Y, string Label)> { point }).ToList();
        while (true)
        {
            var labels = groups.Select(group => Of(group, points)).ToList();
            if (FirstOverlap(labels) is not { } pair)
                return labels;
            groups[pair.One].AddRange(groups[pair.Other]);
            groups.RemoveAt(pair.Other);
        }
    }

    private (int One, int Other)? FirstOverlap(List<PointLabel> labels)
    {
        for (var one = 0; one < labels.Count; one++)
        {
            for (var other = one + 1; other < labels.Count; other++)
            {
                if (Math.Abs(labels[one].Middle - labels[other].Middle) < Height && labels[one].Left < labels[other].Right && labels[other].Left < labels[one].Right)
                    return (one, other);
            }
        }
        return null;
    }

    private PointLabel Of(List<(double X, double Y, string Label)> group, IReadOnlyList<(double X, double Y, string Label)> points)
    {
        var text = group.Count <= MostNamed
            ? string.Join(", ", group.Select(point => point.Label))
            : $"{string.Join(", ", group.Take(MostNamed - 1).Select(point => point.Label))} … {group[^1].Label}";
        var width = WidthOf(text);
        var middle = group.Average(point => point.Y);
        var right = new PointLabel(text, group.Max(point => point.X) + Gap, width, middle);
        var left = right with { Left = group.Min(point => point.X) - Gap - width };
        bool IsTaken(PointLabel label) => label.Right > Edge || points.Any(point => Math.Abs(point.Y - middle) < (Height / 2) + (Gap / 2) && point.X > label.Left - Gap && point.X < label.Right + (Gap / 2));
        return IsTaken(right) && (right.Right > Edge || !IsTaken(left)) ? left : right;
    }
}
