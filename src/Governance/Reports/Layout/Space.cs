using Loragate.Governance.Reports.Html;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Layout;

/// <summary>Empty space between blocks.</summary>
internal sealed class Space(float height) : Block
{
    /// <inheritdoc/>
    public override IEnumerable<Slab> Lay(Typesetter type, float width) => [Slab.Space(height)];

    /// <inheritdoc/>
    public override void Write(HtmlText html, ReportText text)
    {
    }
}
