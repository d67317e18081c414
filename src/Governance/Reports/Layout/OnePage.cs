using Loragate.Governance.Reports.Html;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Layout;

/// <summary>The fullest of several forms that fits on one page, or the briefest where none does; in a web page, which has no end, the fullest.</summary>
/// <param name="forms">The forms, from the fullest to the briefest.</param>
internal sealed class OnePage(IReadOnlyList<IReadOnlyList<Block>> forms) : Block
{
    /// <inheritdoc/>
    public override IEnumerable<Slab> Lay(Typesetter type, float width)
    {
        var laid = forms.Select(form => form.SelectMany(block => block.Lay(type, width)).ToArray());
        return laid.FirstOrDefault(slabs => slabs.Sum(slab => slab.Height) <= Look.BodyHeight) ?? laid.Last();
    }

    /// <inheritdoc/>
    public override void Write(HtmlText html, ReportText text)
    {
        foreach (var block in forms[0])
            block.Write(html, text);
    }
}
