using Loragate.Governance.Reports.Html;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Layout;

/// <summary>A piece of the report, for every form of it: on paper it is measured by the typesetter, cut into slabs and placed by the page flow.</summary>
internal abstract class Block
{
    /// <summary>The slabs, from top to bottom.</summary>
    public abstract IEnumerable<Slab> Lay(Typesetter type, float width);

    /// <summary>Writes it into a web page.</summary>
    public abstract void Write(HtmlText html, ReportText text);
}
