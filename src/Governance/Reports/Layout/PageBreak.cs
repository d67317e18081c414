using Loragate.Governance.Reports.Html;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Layout;

/// <summary>Begins a new page.</summary>
internal sealed class PageBreak : Block
{
    /// <inheritdoc/>
    public override IEnumerable<Slab> Lay(Typesetter type, float width) => [Slab.Space(0) with { StartsPage = true }];

    /// <inheritdoc/>
    public override void Write(HtmlText html, ReportText text)
    {
    }
}
