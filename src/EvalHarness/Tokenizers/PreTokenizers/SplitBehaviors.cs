namespace Loragate.EvalHarness.Tokenizers.PreTokenizers;

/// <summary>Applies split behaviours to matches, as the tokenizers library's <c>NormalizedString::split</c>.</summary>
internal static class SplitBehaviors
{
    /// <summary>Reads the key <c>behavior</c>.</summary>
    public static SplitBehavior Parse(TokenizerNode node, SplitBehavior absent) =>
        !node.Has("behavior") ? absent
        : Enum.TryParse<SplitBehavior>(node.Text("behavior"), out var behavior) && Enum.IsDefined(behavior) ? behavior
        : throw node.Fault($"the behavior '{node.Text("behavior")}' is unknown");

    /// <summary>Appends the pieces into which <paramref name="matches"/> split a piece.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="matches">Ranges without overlap, ascending, none empty.</param>
    /// <param name="behavior">What becomes of the matches.</param>
    /// <param name="invert">Whether the gaps count as matches and the matches as gaps.</param>
    /// <param name="pieces">Where the pieces go.</param>
    public static void Apply(Piece piece, List<(int Start, int End)> matches, SplitBehavior behavior, bool invert, List<Piece> pieces)
    {
        var text = piece.Text;
        if (matches.Count == 0 && !(invert && behavior == SplitBehavior.Removed))
        {
            if (text.Length > 0)
                pieces.Add(piece);
            return;
        }
        var parts = Cover(text.Length, matches, invert);
        var merged = behavior switch
        {
            SplitBehavior.Removed => parts.Where(static part => !part.IsMatch).ToList(),
            SplitBehavior.Isolated => parts,
            SplitBehavior.Contiguous => Contiguous(parts),
            SplitBehavior.MergedWithPrevious => WithPrevious(parts),
            _ => WithNext(parts),
        };
        foreach (var (start, end, _) in merged)
            pieces.Add(new Piece(text[start..end], piece.AtStart && start == 0));
    }

    private static List<(int Start, int End, bool IsMatch)> Cover(int length, List<(int Start, int End)> matches, bool invert)
    {
        var parts = new List<(int, int, bool)>((matches.Count * 2) + 1);
        var at = 0;
        foreach (var (start, end) in matches)
        {
            if (start > at)
                parts.Add((at, start, invert));
            parts.Add((start, end, !invert));
            at = end;
        }
        if (at < length)
            parts.Add((at, length, invert));
        return parts;
    }

    private static List<(int Start, int End, bool IsMatch)> Contiguous(List<(int Start, int End, bool IsMatch)> parts)
    {
        var result = new List<(int Start, int End, bool IsMatch)>(parts.Count);
        foreach (var part in parts)
        {
            if (result.Count > 0 && result[^1].IsMatch == part.IsMatch)
                result[^1] = result[^1] with { End = part.End };
            else
                result.Add(part);
        }
        return result;
    }

    private static List<(int Start, int End, bool IsMatch)> WithPrevious(List<(int Start, int End, bool IsMatch)> parts)
    {
        var result = new List<(int Start, int End, bool IsMatch)>(parts.Count);
        var previous = false;
        foreach (var part in parts)
        {
            if (part.IsMatch && !previous && result.Count > 0)
                result[^1] = result[^1] with { End = part.End };
            else
                result.Add(part);
            previous = part.IsMatch;
        }
        return result;
    }

    private static List<(int Start, int End, bool IsMatch)> WithNext(List<(int Start, int End, bool IsMatch)> parts)
    {
        var result = new List<(int Start, int End, bool IsMatch)>(parts.Count);
        var next = false;
        for (var i = parts.Count - 1; i >= 0; i--)
        {
            if (parts[i].IsMatch && !next && result.Count > 0)
                result[^1] = result[^1] with { Start = parts[i].Start };
            else
                result.Add(parts[i]);
            next = parts[i].IsMatch;
        }
        result.Reverse();
        return result;
    }
}
