using Loragate.Governance.Reports.Html;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Layout;

/// <summary>The verdict, large: a mark, a word and a sentence in a frame of the verdict's colour.</summary>
internal sealed class Banner(Mark mark, string word, string sentence) : Block
{
    private const float Pad = 11;
    private const float TextLeft = 58;
    private const float MarkRadius = 15;

    /// <inheritdoc/>
    public override IEnumerable<Slab> Lay(Typesetter type, float width)
    {
        var wordStyle = Look.Title with { Color = mark.Color };
        var title = type.Fit(word, wordStyle, width - TextLeft - Pad);
        var lines = type.Break(sentence, Look.Lead, width - TextLeft - Pad);
        var titleHeight = type.LineHeight(wordStyle);
        var lineHeight = type.LineHeight(Look.Lead);
        var height = (2 * Pad) + titleHeight + (lines.Count * lineHeight);
        yield return new Slab(height, (painter, x, y) =>
        {
            painter.Box(x, y, width, height, Look.Pale, 4);
            painter.Frame(x, y, width, height, mark.Color, 1.4f, 4);
            mark.Draw(painter, x + (TextLeft / 2), y + (height / 2), MarkRadius);
            painter.Text(title, x + TextLeft, y + Pad + type.Baseline(wordStyle));
            for (var i = 0; i < lines.Count; i++)
                painter.Text(lines[i], x + TextLeft, y + Pad + titleHeight + (i * lineHeight) + type.Baseline(Look.Lead));
        });
        yield return Slab.Space(12);
    }

    /// <inheritdoc/>
    public override void Write(HtmlText html, ReportText text)
    {
        html.Open("div", ("class", $"banner {mark.Name}"));
        html.Markup($"<p class=\"word\">{mark.Sign}{HtmlText.Escape(word)}</p>");
        html.Element("p", sentence);
        html.Close("div");
    }
}
