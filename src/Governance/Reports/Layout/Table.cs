using Loragate.Governance.Reports.Html;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Layout;

/// <summary>
/// A table whose head is drawn again on every page. A long row is parted between lines, never inside one; a table that is parted leaves some rows on either page.
/// </summary>
/// <param name="columns">Heads of the columns and the share of the width that each takes; no heads where all are empty.</param>
/// <param name="rows">The rows, with a cell for each column.</param>
internal sealed class Table(IReadOnlyList<(string Head, float Share)> columns, IReadOnlyList<IReadOnlyList<Cell>> rows) : Block
{
    private const float Inset = 3;
    private const float Pad = 3.5f;
    private const float MarkRadius = 3.6f;
    private const float MarkRoom = 11;
    private const int MostLines = 16;

    // As many rows stand together at a page's foot or at the next one's top, or fewer that are as high as this together.
    private const int LeastRows = 3;
    private const float EnoughHeight = 90;

    // Of a table that fits on one page no smaller part than this stays behind on the page before.
    private const float LeastShare = 0.25f;

    /// <inheritdoc/>
    public override IEnumerable<Slab> Lay(Typesetter type, float width)
    {
        var head = columns.Any(column => column.Head.Length > 0) ? Head(type, width) : null;
        if (head is not null)
            yield return head;
        var laid = rows.Select(row => Row(type, row, width).ToArray()).ToArray();
        float[] heights = [.. laid.Select(slabs => slabs.Sum(slab => slab.Height))];
        var fitsOnPage = (head?.Height ?? 0) + heights.Sum() <= Look.BodyHeight;
        var first = Math.Max(Together(heights), fitsOnPage ? (int)(rows.Count * LeastShare) : 0);
        var last = Together(heights.Reverse());
        for (var i = 0; i < rows.Count; i++)
        {
            var keepsNext = i < rows.Count - 1 ? StaysWhole || i < first - 1 || i >= rows.Count - last : KeepWithNext;
            foreach (var slab in laid[i])
                yield return slab with { Head = head, KeepWithNext = keepsNext && (StaysWhole || slab == laid[i][^1]) };
        }
        yield return Slab.Space(8, KeepWithNext);
    }

    /// <summary>Whether a reader may order the rows otherwise in a web page.</summary>
    public bool IsSortable { get; init; }

    /// <summary>Whether all rows stand on one page, if they fit on one.</summary>
    public bool StaysWhole { get; init; }

    /// <summary>Whether the next block must begin on the page of the last row.</summary>
    public bool KeepWithNext { get; init; }

    /// <summary>What the table is, for those who do not see it.</summary>
    public string? Caption { get; init; }

    /// <inheritdoc/>
    public override void Write(HtmlText html, ReportText text)
    {
        var hasHead = columns.Any(column => column.Head.Length > 0);
        html.Open("div", ("class", "scroll"), ("role", "group"), ("tabindex", "0"), ("aria-label", Caption ?? text["html.table"]));
        html.Open("table", ("class", !hasHead ? "facts" : IsSortable ? "sortable" : "plain"));
        if (hasHead)
        {
            html.Open("thead");
            html.Open("tr");
            foreach (var column in columns)
                html.Element("th", column.Head, ("scope", "col"));
            html.Close("tr");
            html.Close("thead");
        }
        html.Open("tbody");
        foreach (var row in rows)
        {
            html.Open("tr");
            for (var i = 0; i < row.Count; i++)
                Write(html, row[i], i == 0 ? "th" : "td", columns[i].Head);
            html.Close("tr");
        }
        html.Close("tbody");
        html.Close("table");
        html.Close("div");
    }

    /// <summary>A cell; on a phone, where a row's cells stand below one another, each says the head of its column.</summary>
    private static void Write(HtmlText html, Cell cell, string tag, string head)
    {
        List<(string, string)> attributes = tag == "th" ? [("scope", "row")] : head.Length > 0 ? [("data-head", head)] : [];
        if (cell.Anchor is not null)
            attributes.Add(("id", cell.Anchor));
        html.Open(tag, [.. attributes]);
        if (cell.Mark is not null)
            html.Markup(cell.Mark.Sign);
        if (cell.Link is not null)
            html.Open("a", ("href", $"#{cell.Link}"));
        for (var i = 0; i < cell.Texts.Count; i++)
        {
            if (i > 0)
                html.Markup("<br>");
            html.Element("span", cell.Texts[i].Text, ("class", ClassOf(cell.Texts[i].Style)));
        }
        if (cell.Link is not null)
            html.Close("a");
        html.Close(tag);
    }

    private static string ClassOf(TextStyle style) => style switch
    {
        _ when style == Look.SmallStrong => "strong",
        _ when style == Look.SmallMuted => "muted",
        _ when style == Look.Tiny => "tiny",
        _ when style == Look.Digest => "mono",
        _ => "plain",
    };

    /// <summary>How many rows, counted from the first of these, are enough for a page.</summary>
    private static int Together(IEnumerable<float> heights)
    {
        var (count, height) = (0, 0f);
        foreach (var next in heights.TakeWhile(_ => count < LeastRows && height < EnoughHeight))
            (count, height) = (count + 1, height + next);
        return count;
    }

    private Slab Head(Typesetter type, float width)
    {
        var cells = columns.Select(column => new Cell([new CellText(column.Head, Look.SmallStrong)])).ToArray();
        var lines = Lines(type, cells, width);
        var height = Height(lines) + (2 * Pad);
        return new Slab(height, (painter, x, y) =>
        {
            painter.Box(x, y, width, height, Look.Pale);
            Paint(painter, lines, x, y + Pad);
            painter.Line(x, y + height, x + width, y + height, Look.Navy, 0.75f);
        })
        { KeepWithNext = true };
    }

    private IEnumerable<Slab> Row(Typesetter type, IReadOnlyList<Cell> row, float width)
    {
        var cells = Lines(type, row, width);
        var most = cells.Max(cell => cell.Lines.Count);
        for (var from = 0; from < most; from += MostLines)
        {
            var piece = cells.Select(cell => cell.Part(from, MostLines)).ToArray();
            var isFirst = from == 0;
            var isLast = from + MostLines >= most;
            var top = isFirst ? Pad : 0;
            var height = top + Height(piece) + (isLast ? Pad : 0);
            yield return new Slab(height, (painter, x, y) =>
            {
                Paint(painter, piece, x, y + top);
                if (isLast)
                    painter.Line(x, y + height, x + width, y + height, Look.Rule, 0.5f);
            });
        }
    }

    private LaidCell[] Lines(Typesetter type, IReadOnlyList<Cell> row, float width)
    {
        var cells = new LaidCell[row.Count];
        var left = 0f;
        for (var i = 0; i < row.Count; i++)
        {
            var room = row[i].Mark is null ? 0 : MarkRoom;
            var column = width * columns[i].Share / columns.Sum(each => each.Share);
            cells[i] = new LaidCell(left + Inset + room, row[i].Mark, [.. CellLines(type, row[i], column - (2 * Inset) - room)], row[i].Link, row[i].Anchor);
            left += column;
        }
        return cells;
    }

    private static IEnumerable<CellLine> CellLines(Typesetter type, Cell cell, float width) =>
        from text in cell.Texts
        from line in type.Break(text.Text, text.Style, width)
        select new CellLine(line, type.LineHeight(text.Style), type.Baseline(text.Style));

    private static float Height(IEnumerable<LaidCell> cells) => cells.Max(cell => cell.Lines.Sum(line => line.Height));

    private static void Paint(Painter painter, IEnumerable<LaidCell> cells, float x, float y)
    {
        foreach (var cell in cells)
        {
            var top = y;
            if (cell.Anchor is not null)
                painter.Anchor(cell.Anchor, x, y - Pad);
            if (cell.Link is not null && cell.Lines.Count > 0)
                painter.Link(cell.Link, x + cell.Left, y, cell.Lines.Max(line => line.Text.Width), cell.Lines.Sum(line => line.Height));
            foreach (var line in cell.Lines)
            {
                painter.Text(line.Text, x + cell.Left, top + line.Baseline);
                top += line.Height;
            }
            if (cell.Lines is [var first, ..])
                cell.Mark?.Draw(painter, x + cell.Left - MarkRoom + MarkRadius + 0.5f, y + first.Baseline - (first.Text.Size * 0.35f), MarkRadius);
        }
    }
}
