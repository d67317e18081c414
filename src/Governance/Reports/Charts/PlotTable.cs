using Loragate.Governance.Reports.Html;
using Loragate.Governance.Reports.Layout;

namespace Loragate.Governance.Reports.Charts;

/// <summary>A chart of rows in a web page: a table whose middle column is drawn, with the numbers behind each drawing beside it.</summary>
internal static class PlotTable
{
    public static void Write(HtmlText html, string title, IReadOnlyList<string> heads, IEnumerable<(string Label, string Detail, string Drawing, string Figures, Mark? Mark, string? Link)> rows)
    {
        html.Open("div", ("class", "scroll"), ("role", "group"), ("tabindex", "0"), ("aria-label", title));
        html.Open("table", ("class", "plot"));
        html.Element("caption", title, ("class", "strong"));
        html.Open("thead");
        html.Open("tr");
        foreach (var head in heads)
            html.Element("th", head, ("scope", "col"));
        html.Close("tr");
        html.Close("thead");
        html.Open("tbody");
        foreach (var row in rows)
        {
            html.Open("tr");
            html.Open("th", ("scope", "row"));
            if (row.Mark is not null)
                html.Markup(row.Mark.Sign);
            html.Element("span", row.Label, ("class", "strong"));
            html.Markup("<br>");
            html.Element("span", row.Detail, ("class", "tiny"));
            html.Close("th");
            html.Open("td");
            html.Markup(row.Drawing);
            html.Close("td");
            html.Linked("td", row.Figures, row.Link);
            html.Close("tr");
        }
        html.Close("tbody");
        html.Close("table");
        html.Close("div");
    }
}
