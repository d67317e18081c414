using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Loragate.Governance.Reports.Layout;

namespace Loragate.Governance.Reports.Html;

/// <summary>Writes HTML: every text is escaped, and what cannot be seen is spelled out, so that no name can become markup or look like another.</summary>
internal sealed class HtmlText
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);
    private readonly StringBuilder _html = new();
    private bool _isInList;
    private int _headings;

    /// <summary>The page so far.</summary>
    public override string ToString() => _html.ToString();

    /// <summary>A text as it may stand in an element or an attribute.</summary>
    public static string Escape(string text) => Encoder.Encode(string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => Legible.Text(line, static _ => true))));

    /// <summary>The next number of a heading, for its anchor.</summary>
    public int NextHeading() => ++_headings;

    /// <summary>Begins an element.</summary>
    public void Open(string tag, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        EndList();
        Start(tag, attributes);
    }

    /// <summary>Ends an element.</summary>
    public void Close(string tag)
    {
        EndList();
        _html.Append("</").Append(tag).Append(">\n");
    }

    /// <summary>An element with nothing but text, whose line feeds are kept.</summary>
    public void Element(string tag, string text, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        EndList();
        Start(tag, attributes);
        Add(text);
        _html.Append("</").Append(tag).Append(">\n");
    }

    /// <summary>Text, with its line feeds and its pieces kept.</summary>
    public void Add(string text) => _html.AppendJoin("<br>", text.ReplaceLineEndings("\n").Split('\n').Select(Line));

    /// <summary>An item; items that follow one another make a list.</summary>
    /// <param name="text">The text.</param>
    /// <param name="anchor">The place that it leads to; null for none.</param>
    public void Item(string text, string? anchor = null)
    {
        if (!_isInList)
            _html.Append("<ul>\n");
        _isInList = true;
        _html.Append("<li>");
        AddLinked(text, anchor);
        _html.Append("</li>\n");
    }

    /// <summary>An element with nothing but text, all of which leads to a place of the page.</summary>
    public void Linked(string tag, string text, string? anchor, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        EndList();
        Start(tag, attributes);
        AddLinked(text, anchor);
        _html.Append("</").Append(tag).Append(">\n");
    }

    /// <summary>Markup that this program wrote itself.</summary>
    public void Markup(string html)
    {
        EndList();
        _html.Append(html);
    }

    private static string Line(string text)
    {
        var line = new StringBuilder();
        var end = 0;
        foreach (var (start, length) in Pieces.In(text))
        {
            line.Append(Escape(text[end..start])).Append("<span class=\"whole\">").Append(Escape(text.Substring(start, length))).Append("</span>");
            end = start + length;
        }
        return line.Append(Escape(text[end..])).ToString();
    }

    private void AddLinked(string text, string? anchor)
    {
        if (anchor is not null)
            Start("a", [("href", $"#{anchor}"), ("class", "from")]);
        Add(text);
        if (anchor is not null)
            _html.Append("</a>");
    }

    private void Start(string tag, ReadOnlySpan<(string Name, string Value)> attributes)
    {
        _html.Append('<').Append(tag);
        foreach (var (name, value) in attributes)
            _html.Append(' ').Append(name).Append("=\"").Append(Escape(value)).Append('"');
        _html.Append('>');
    }

    private void EndList()
    {
        if (_isInList)
            _html.Append("</ul>\n");
        _isInList = false;
    }
}
